"""Networks from the files of Keras: .keras, .weights.h5, and .h5 with the whole model."""
