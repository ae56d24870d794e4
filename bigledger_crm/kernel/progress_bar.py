"""A progress bar for whoever runs a command."""

import sys

_WIDTH = 40


def show_progress(done: float, label: str) -> None:
    """Draws a bar, of which `done` says how full it is, on a terminal; nothing elsewhere.  Without a label it goes."""
    if not sys.stderr.isatty():
        return
    bar = "█" * int(done * _WIDTH)
    line = f"{bar:░<{_WIDTH}} {done:4.0%} {label}" if label else ""
    sys.stderr.write(f"\r\x1b[K{line}")
    sys.stderr.flush()
