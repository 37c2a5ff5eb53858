"""The situational picture and the action plan that is decided on it (lag 2023:196, 4–6 §§)."""
