"""Networks from the files of Keras: .keras, .weights.h5, and .h5 with the whole model."""

__all__ = ["configuration", "hdf5", "keras_file", "keras_model"]
