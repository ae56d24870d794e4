"""Where templates are read from, and what of them is sent."""

import re

from django.template import Origin
from django.template.loaders import filesystem

_INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


class Loader(filesystem.Loader):
    """Leaves the indentation of HTML templates out of the pages, where a list repeats it for every cell.

    Line feeds stay: they are white space between words, and the line numbers of errors.
    """

    def get_contents(self, origin: Origin) -> str:
        """The template's text."""
        contents: str = super().get_contents(origin)
        return _INDENTATION.sub("", contents) if str(origin.name).endswith(".html") else contents
