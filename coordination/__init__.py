"""The strategic coordination function, and the ground every other app stands on."""
