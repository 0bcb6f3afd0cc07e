"""What a document template is given, and what it may ask to choose its words."""
