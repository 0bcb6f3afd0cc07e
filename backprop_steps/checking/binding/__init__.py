"""Signs -> Expressions about the quantities of the problem: what symbols stand for, and what chains are about."""
