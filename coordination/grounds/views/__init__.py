"""The pages of legal bases and of retention rules, which have the same life and share their views."""
