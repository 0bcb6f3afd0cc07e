"""Pictures of a network or a circuit: what is drawn (`model`), where it stands, and a writer for each language."""
