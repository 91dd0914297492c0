"""What the stability bound does not forbid: networks that attain it."""

__all__ = ["enclosed_memorisation", "memorisation", "perturbed_descent"]
