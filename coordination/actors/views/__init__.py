"""The pages of actors."""
