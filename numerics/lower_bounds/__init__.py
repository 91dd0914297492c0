"""Lower bounds of the sharpness by other test vectors than the constant one."""

__all__ = ["row_sums", "vectors"]
