"""Files that people open."""
