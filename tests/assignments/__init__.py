from datetime import date

DECIDED = date(2015, 9, 15)

NEWER = """# Inriktning

Gymnasieförvaltningen får i uppdrag att utveckla verksamheten med elevstödjare.

## Tidiga insatser [generell]

En bred insats för alla.

@yrken Lärare.
"""
"""A guideline that orders one thing of the one before it, in other words."""
