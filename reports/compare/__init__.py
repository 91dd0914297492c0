"""Two evidence files compared: what is known more strongly, less strongly, of other instances, with other figures."""
