"""Training plans, sessions and attendance. Empty until the training part is built; not installed."""
