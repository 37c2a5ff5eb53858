"""Real workers, a real database and a real broker, killed while they work."""
