"""Imports every module of the core where no app is, and lets Django check it; prints how many there were."""

import importlib
import pkgutil
import sys

from django.core.management import call_command

from bigledger_crm.tests.structure.fewer_apps import take_away

# The project puts core and apps together; tests and their helpers are of the whole.
PROJECT = {"bigledger_crm.urls", "bigledger_crm.wsgi", "bigledger_crm.tests", "bigledger_crm.testing"}


def core() -> list[str]:
    """The names of all modules, without those that run when they are imported."""
    found, folders = [], ["bigledger_crm"]
    while folders:
        folder = importlib.import_module(folders.pop())
        for module in pkgutil.iter_modules(folder.__path__, f"{folder.__name__}."):
            last = module.name.rpartition(".")[2]
            if module.name in PROJECT or last in ("tests", "__main__"):
                continue
            found.append(module.name)
            if module.ispkg:
                folders.append(module.name)
    return found


if __name__ == "__main__":
    take_away("customers", "sales", "invoicing", root_urls="bigledger_crm.tests.structure.core_urls")
    names = core()
    for name in names:
        importlib.import_module(name)
    call_command("check")
    sys.stdout.write(f"{len(names)}\n")
