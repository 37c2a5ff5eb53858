"""What a person has typed: drafts kept until they are used, forms carried out once."""
