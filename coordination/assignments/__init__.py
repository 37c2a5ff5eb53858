"""The guideline and what it orders: who is to do it, how it stands, and what has been done."""
