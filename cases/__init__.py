"""The individual zone. Empty until it is built behind its wall; not installed.

Everything below this package must be able to live without it: nothing imports `cases`.
"""
