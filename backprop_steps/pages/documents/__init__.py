"""The documents: what each is made of, and what it leaves out."""
