"""What is known and told: the page for the public, the library, study visits, the contact log."""
