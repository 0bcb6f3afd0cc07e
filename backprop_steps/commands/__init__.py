"""The commands, one file each, and what they have in common: arguments in, rooms called, exit code out."""
