"""The command `bigledger`, which needs more packages than the client does."""

import importlib
import sys


def main() -> int:
    """Runs the command line; returns its exit code."""
    try:
        program = importlib.import_module("bigledger.command_line.program")
    except ModuleNotFoundError as error:
        if error.name not in ("argcomplete", "rich"):
            raise
        sys.stderr.write(f"bigledger: {error.name} is missing: pip install 'bigledger[cli]'\n")
        return 2
    code: int = program.main()
    return code


if __name__ == "__main__":
    sys.exit(main())
