"""Everything above and the templates to a page."""
