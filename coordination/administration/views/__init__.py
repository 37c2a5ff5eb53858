"""What administrators see, a module for each thing they keep."""
