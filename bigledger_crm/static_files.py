"""Which static files are collected, and how they are stored."""

from django.contrib.staticfiles.apps import StaticFilesConfig
from whitenoise.storage import CompressedManifestStaticFilesStorage


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
    ]


class StoredFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Follows the references in style sheets; those in scripts name maps, which aren't collected."""

    patterns = tuple(
        (glob, tuple(pattern for pattern in found if "sourceMappingURL" not in str(pattern)))
        for glob, found in CompressedManifestStaticFilesStorage.patterns
        if glob == "*.css"
    )
