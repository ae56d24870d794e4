"""Tables and vCards, read into rows of plain cells.  Nothing here knows Django.

A file is hostile input: `isolated.read_isolated` reads it in a process of its own, with limits.
"""
