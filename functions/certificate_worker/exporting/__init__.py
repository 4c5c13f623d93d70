"""Files that somebody asked for."""
