"""A command line on top of the client, for people and scripts."""
