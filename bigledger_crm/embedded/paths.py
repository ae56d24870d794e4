"""Where the one-machine default keeps its data and sockets."""

import os
from pathlib import Path


def data_directory() -> Path:
    """The directory for everything that the product stores: BIGLEDGER_DATA_DIR, else var/ beside manage.py."""
    default = Path(__file__).resolve().parent.parent.parent / "var"
    return Path(os.environ.get("BIGLEDGER_DATA_DIR", default)).resolve()
