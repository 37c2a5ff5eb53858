"""Agreements on cooperation: who has agreed on what, for how long, and what is done when they run out."""
