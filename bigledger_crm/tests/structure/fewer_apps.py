"""The product with apps taken away, for a process of its own: nothing may import them, and Django doesn't know them."""

import importlib
import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

import django
from django.conf import settings


class _Refused:
    """Finds no module of some apps."""

    def __init__(self, apps: Sequence[str]) -> None:
        self.apps = apps

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Raises for modules of the apps; leaves all others to the finders that follow."""
        if name.partition(".")[0] in self.apps:
            raise ImportError(f"{name} is not there")
        return None


def take_away(*apps: str, root_urls: str) -> None:
    """Sets Django up without these apps; passwords and static files are as in all tests."""
    sys.meta_path.insert(0, _Refused(apps))
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    product = importlib.import_module("bigledger_crm.settings")  # which may not import what is taken away either
    values = {name: getattr(product, name) for name in dir(product) if name.isupper()}
    values["INSTALLED_APPS"] = [app for app in product.INSTALLED_APPS if app not in apps]
    values["ROOT_URLCONF"] = root_urls
    values["PASSWORD_HASHERS"] = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    values["STORAGES"] = {**product.STORAGES, "staticfiles": plain}
    settings.configure(**values)
    django.setup()
