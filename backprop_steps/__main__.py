"""`python -m backprop_steps` is the command `backprop-steps`."""

from backprop_steps.cli import main

main(prog_name="backprop-steps")
