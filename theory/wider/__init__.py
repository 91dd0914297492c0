"""Claims beyond plain gradient descent on one output: other optimisers, losses, outputs, architectures."""
