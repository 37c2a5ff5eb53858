"""What was done and who looked: the append-only, chained log."""
