"""Lines and templates -> the text of a page, in each format."""
