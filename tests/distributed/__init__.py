"""Whole installations in processes of their own: many servers, one proxy, backups and restores."""
