"""The pages of cases, and those on which a case is handed in."""
