"""Graph to Derivation: steps, chain rule, lemmas."""
