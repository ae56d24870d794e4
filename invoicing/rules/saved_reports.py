"""The limits of saved reports."""

LONGEST_NAME = 60
MOST_SAVED = 50  # of each person
MOST_ON_HOME = 4  # each is computed when Home is opened
