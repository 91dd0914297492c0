"""The constant before the loss: upper ends, and the nets that need one: lemmas of best-constant."""
