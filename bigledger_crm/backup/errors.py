"""What can go wrong with backups, said in one line to whoever asked for one."""


class BackupError(Exception):
    """A backup could not be made or restored; the text says why, and what to do where that helps."""


class DamagedBackup(BackupError):
    """An archive that is cut off, was changed, or never was one."""
