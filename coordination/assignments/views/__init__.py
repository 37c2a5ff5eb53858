"""The pages of assignments and of the guideline."""
