"""What is claimed, and why: statements with symbolic derivations. No data, no floats."""
