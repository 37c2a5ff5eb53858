"""How fast the portal is, beside the fastest that could be: measured by bin/bench, not by pytest."""
