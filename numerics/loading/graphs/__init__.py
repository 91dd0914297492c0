"""Networks from the graphs of ONNX."""
