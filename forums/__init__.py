"""Forums, their meetings, minutes, decisions and action points."""
