"""Serves the simulator without Django: python -m invoicing.einvoice_simulator --port PORT --file FILE."""

import argparse
from pathlib import Path

from invoicing.einvoice_simulator.server import serve

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m invoicing.einvoice_simulator", description="Simulator: not LHDN.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--file", type=Path, required=True, help="an SQLite file, which is made if it isn't there")
    options = parser.parse_args()
    serve(options.file, options.port)
