"""Operations that migrations import, frozen by version.

A version that a migration imports never changes, so that history doesn't either: what must be otherwise gets the next
version, in a module of its own.  Versions import nothing of the project.
"""
