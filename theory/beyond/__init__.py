"""Claims that go beyond the paper, one module each."""
