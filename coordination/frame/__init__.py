"""The frame every page stands in: navigation, the start page, help, errors, and what apps contribute to them."""
