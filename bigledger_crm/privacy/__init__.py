"""Data about people: archives of all that is kept about one of them, and how long it is kept."""
