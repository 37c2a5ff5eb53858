"""The tests of the portal, and whether this run takes the full numbers of the costly ones."""

import os

LONG = os.environ.get("PORTAL_TEST_LONG") == "1"
"""Set by bin/test --long. Only this line reads the variable, so that "0" means no everywhere."""
