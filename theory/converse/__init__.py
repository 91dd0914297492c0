"""Claims that say what the bound does not forbid: nets that attain it."""
