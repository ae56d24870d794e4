"""Pure Python that every part of the product may use: no Django, no database, no network."""
