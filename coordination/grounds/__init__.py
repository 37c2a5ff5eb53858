"""Legal bases and retention rules: law in the municipality's words, in versions that somebody has reviewed."""
