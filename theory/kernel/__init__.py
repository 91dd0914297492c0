"""The checking kernel: exact normal forms, signs and numerical evaluation of expressions with symbolic sums.

Everything a derivation rests on is here; the modules that state theorems are not trusted.
"""
