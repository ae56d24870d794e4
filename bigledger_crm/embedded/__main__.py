"""Runs a command with a PostgreSQL and a Valkey of its own: python -m bigledger_crm.embedded exec -- COMMAND."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from io import StringIO
from pathlib import Path
from types import FrameType

from bigledger_crm.embedded.directories import PASSAGE
from bigledger_crm.embedded.errors import EmbeddedError, Stopped
from bigledger_crm.embedded.logs import Printer
from bigledger_crm.embedded.paths import Layout
from bigledger_crm.embedded.processes import marked_environment
from bigledger_crm.embedded.servers import claim, start_storage
from bigledger_crm.embedded.supervisor import Supervisor
from bigledger_crm.environment_files import replaced


def run(command: list[str], environment: dict[str, str]) -> int:
    """Run the command in the foreground; returns its exit status, 128 + signal if one ended it."""
    with subprocess.Popen(command, env=environment) as process:

        def pass_on(number: int, frame: FrameType | None) -> None:
            process.send_signal(number)

        signal.signal(signal.SIGTERM, pass_on)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal tells the command itself
        code = process.wait()
    return code if code >= 0 else 128 - code


def execute(layout: Layout, command: list[str], throwaway: bool) -> int:
    """Start the servers in a data directory, run the command with their URLs, stop them. Raises EmbeddedError."""
    log = StringIO()  # what the servers say is of interest only when they don't start
    supervisor = Supervisor(Printer(log))
    supervisor.listen()
    with claim(layout, supervisor):
        try:
            start_storage(layout, supervisor, marked_environment(layout, os.environ), throwaway=throwaway)
            urls = {"DATABASE_URL": layout.database_url(), "REDIS_URL": layout.redis_url()}
            # A database behind a pooler and its replica are not this one.
            urls |= {"DATABASE_DIRECT_URL": "", "DATABASE_REPLICA_URL": ""}
            return run(command, replaced(os.environ, urls))
        except EmbeddedError:
            sys.stderr.write(log.getvalue())
            raise
        except Stopped:
            return 128 + signal.SIGTERM
        finally:
            supervisor.stop()


def main() -> int:
    """The command line; returns the command's exit status."""
    parser = argparse.ArgumentParser(prog="python -m bigledger_crm.embedded", description=__doc__)
    commands = parser.add_subparsers(required=True)
    execution = commands.add_parser("exec", help="run a command with a database and a broker of its own")
    execution.add_argument("--data-dir", type=Path, help="keep the data there; else a temporary directory")
    execution.add_argument("--throwaway", action="store_true", help="faster, and not safe against a crash")
    execution.add_argument("command", nargs="+")
    options = parser.parse_args()
    directory = options.data_dir or Path(tempfile.mkdtemp(prefix="bigledger-"))
    if options.data_dir is None:
        directory.chmod(PASSAGE)
    try:
        return execute(Layout(directory.resolve()), options.command, options.throwaway)
    except EmbeddedError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        if options.data_dir is None:
            shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
