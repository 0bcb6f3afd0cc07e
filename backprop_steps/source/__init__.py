"""Files from outside: YAML to nodes that know where they stand, the cursor that reads them, what is said of them."""
