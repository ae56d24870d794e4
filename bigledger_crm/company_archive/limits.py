"""How large the parts of an archive can be, so that a hostile one fills neither memory nor disk."""

LONGEST_LINE = 32 * 1024 * 1024
LARGEST_FILE = 256 * 1024 * 1024
LARGEST_MANIFEST = 16 * 1024 * 1024
# Files go into the archive in parts, since a ZIP's list of names is held in memory.
FILES_OF_A_PART = 1000
BYTES_OF_A_PART = 256 * 1024 * 1024
