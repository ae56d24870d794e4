#!/usr/bin/env python
"""Django's command line for BigLedger CRM."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from environs import EnvError

from bigledger_crm import __version__, database_timeouts
from bigledger_crm.embedded import paths, shared_clock

if __name__ == "__main__":
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"BigLedger CRM {__version__}\n")
        sys.exit()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bigledger_crm.settings")
    database_timeouts.run_command()
    # Before anything reads the clock: a command beside a rehearsal lives at the rehearsal's time.
    shared_clock.join(paths.Layout(paths.data_directory()), os.environ)
    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, EnvError) as error:
        sys.exit(f"{error}")
