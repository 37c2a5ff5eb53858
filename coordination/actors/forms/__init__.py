"""What is filled in about actors, and what their list can be narrowed to."""
