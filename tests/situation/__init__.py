"""The situational picture and the action plan."""
