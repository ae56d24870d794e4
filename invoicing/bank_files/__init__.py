"""Statement files of banks, read into plain values: bytes in, `Statement` out.  Nothing here knows Django.

A file is hostile input: `isolated.read_statement` reads it in a process of its own, with limits.
"""
