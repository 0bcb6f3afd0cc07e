"""Chains -> verdicts: what is right, what follows from an earlier mistake, and which mistake was made."""
