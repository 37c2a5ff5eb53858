"""The pages of cases, inside the wall and on the way to it."""
