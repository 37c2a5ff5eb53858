"""Users, and who may do what to which object."""
