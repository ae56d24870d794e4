"""Backups of the whole installation: made nightly and before upgrades, restored by a command that proves the result."""
