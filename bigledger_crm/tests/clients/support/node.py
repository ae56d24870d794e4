"""The Node.js that drives the tests' browser, which is there wherever the tests run."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from playwright._impl._driver import compute_driver_executable

NODE = compute_driver_executable()[0]


def run_node(*arguments: str | Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Runs a program to its end."""
    command = [os.fspath(NODE), *map(str, arguments)]
    return subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True)
