"""What people fill in on the pages of forums: read and shown again, never decided about."""
