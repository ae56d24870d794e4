"""Reads the pages and files of lists."""

import csv
import io
import re

from django.test import Client


def rows_of(page: str) -> list[str]:
    """The numbers that a page lists."""
    return re.findall(r">((?:INV|QT)-\d{4}-\d{4})</a>", page)


def chips_of(page: str) -> dict[str, str]:
    """What the chips count."""
    return dict(re.findall(r'id="chip-(\w+)"[^>]*>[^<]*(?:<span class="count">([^<]+))?', page))


def file_of(client: Client, url: str) -> list[list[str]]:
    """The lines of a CSV file."""
    response = client.get(url)
    assert response["Content-Type"].startswith("text/csv")
    content = b"".join(part for part in response).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content)))
