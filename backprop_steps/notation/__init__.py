"""Quantity and Expression to TeX and back; profiles as data."""
