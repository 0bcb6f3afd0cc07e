"""A derivation as a program in NumPy."""
