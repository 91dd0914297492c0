"""Shorter forms of expressions for the reader, each with its inverse: what is printed is equal to what was checked."""
