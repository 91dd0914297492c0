"""Networks from the graphs of ONNX."""

__all__ = ["external", "onnx_file", "onnx_graph"]
