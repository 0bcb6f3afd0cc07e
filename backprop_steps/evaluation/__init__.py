"""Derivation to numbers, rounded as a hand rounds."""
