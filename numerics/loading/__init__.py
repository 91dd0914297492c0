"""Networks and data from outside, read without running anything that the files hold."""

from numerics.loading.data import Data, load_data, read_data
from numerics.loading.layers import LoadedNetwork, NotCoveredError
from numerics.loading.networks import as_network, load_network

__all__ = ["Data", "LoadedNetwork", "NotCoveredError", "as_network", "load_data", "load_network", "read_data"]
