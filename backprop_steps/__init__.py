"""Writes the backpropagation of a neural network out by hand, every step, from one YAML file."""
