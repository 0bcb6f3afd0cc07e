"""Plain text in the languages of pages: what is escaped, what ends a block, how wide a character is."""
