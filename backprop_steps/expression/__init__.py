"""The language of formulas: quantities, the tree, its arithmetic, to and from SymPy, the grammar that reads it."""
