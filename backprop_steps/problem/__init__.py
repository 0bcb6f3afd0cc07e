"""The problem file: YAML to a validated Problem."""
