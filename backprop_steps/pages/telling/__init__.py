"""Passages -> lines -> the sheet: what is said in which order, as Expressions, in no language yet."""
