"""The pages of forums, meetings and action points: one domain call each, and what it leads to."""
