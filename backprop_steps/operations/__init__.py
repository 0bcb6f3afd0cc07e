"""How one quantity is made from others: one file and one table row each."""
