"""Which static files are collected, and how they are stored."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.apps import StaticFilesConfig
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

# The sheets that import others: that of the pages, and that of the admin.
STYLES = ("css/app.css", "css/admin.css")
_STATIC = Path(__file__).resolve().parent.parent / "static"
_IMPORT = re.compile(r'^@import url\("([\w/-]+\.css)"\);\n', re.MULTILINE)


class CollectedFiles(StaticFilesConfig):
    """Leaves out what no page loads: compressing the maps alone would take a start longer than all the rest."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "*.map",
        "oauth2-redirect*",
        "swagger-ui-standalone-preset*",
        "ht*x-4*",
        "htmx-2.js",
        "django-htmx.js",
        "hx-*",
        *(f"css/{name}" for name in _IMPORT.findall((_STATIC / STYLES[0]).read_text())),
    ]


class StoredFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Joins the style sheets of the pages and of the admin, and follows the references in others.

    Those in scripts name maps, which aren't collected.
    """

    patterns = tuple(
        (glob, tuple(pattern for pattern in found if "sourceMappingURL" not in str(pattern)))
        for glob, found in CompressedManifestStaticFilesStorage.patterns
        if glob == "*.css"
    )

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Stores each joined sheet in place of the one that imports the others."""
        joined = InMemoryStorage()
        for sheet in [sheet for sheet in STYLES if sheet in paths]:
            storage, name = paths[sheet]
            joined.save(name, ContentFile(joined_styles(Path(storage.path(name)))))
            paths = {**paths, sheet: (joined, name)}
        yield from super().post_process(paths, dry_run, **options)


def joined_styles(sheet: Path) -> str:
    """A style sheet with those that it imports in their places."""
    return _IMPORT.sub(lambda found: (sheet.parent / found[1]).read_text(), sheet.read_text())
