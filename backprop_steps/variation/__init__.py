"""The same problem otherwise: with mistakes to find."""
