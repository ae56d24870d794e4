"""Imports: files of other programs become objects, by the services that everything else goes through.

The core knows files, rows and what became of them.  The apps register the kinds of objects that rows can be, as told
in `kinds.py`.
"""
