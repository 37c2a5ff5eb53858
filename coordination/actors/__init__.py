"""Organisations, districts, prevention levels and areas of work, and who belongs where."""
