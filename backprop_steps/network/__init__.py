"""Problem to Graph."""
