"""Verdicts -> marks, by a marking scheme."""
