"""How long the PDF of an invoice takes in a warm worker, beside WeasyPrint called on the same HTML as its manual does.

    .venv/bin/python -m bench.pdf [--memory]

needs no server.  Each pair is rendered in turns, so that whatever else the machine does meets both; the times are those
of the processor, in milliseconds: the best, and the one in the middle.  --memory makes 1,000 PDFs and tells what the
process holds after each hundred.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import django
import psutil

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bigledger_crm.settings")
django.setup()

from django.template.loader import render_to_string  # noqa: E402 needs Django
from weasyprint import CSS, HTML  # noqa: E402

from bigledger_crm.documents import pdf  # noqa: E402
from bigledger_crm.documents.tests.samples import invoice, line  # noqa: E402

TEMPLATE = "pdf/invoice.html"
MOMENT = datetime(2024, 1, 15, 1, tzinfo=UTC)
LINES = {5: 40, 100: 5, 300: 3, 1000: 1}


def main() -> int:
    """Renders and prints."""
    say(f"{'lines':>5} {'ours':>8} {'middle':>8} {'bare':>8} {'middle':>8}   ms")
    for count, times in LINES.items():
        context = invoice(lines=[line(number) for number in range(1, count + 1)])
        text = f"<!doctype html>{pdf.markup(TEMPLATE, context, MOMENT)}"
        sheet = render_to_string(f"pdf/{pdf.STYLESHEET}")
        ours, bare = in_turns(
            times, partial(pdf.render, TEMPLATE, context, MOMENT), partial(as_the_manual_says, text, sheet)
        )
        figures = (min(ours), statistics.median(ours), min(bare), statistics.median(bare))
        say(f"{count:5} " + " ".join(f"{figure:8.1f}" for figure in figures))
    if "--memory" in sys.argv:
        memory()
    return 0


def as_the_manual_says(text: str, sheet: str) -> bytes:
    """What WeasyPrint's manual calls."""
    content: bytes = HTML(string=text).write_pdf(stylesheets=[CSS(string=sheet)], pdf_variant="pdf/ua-1")
    return content


def in_turns(times: int, *calls: Callable[[], object]) -> list[list[float]]:
    """The processor's time of each call, after two that warm up, in milliseconds."""
    found: list[list[float]] = [[] for _ in calls]
    for number in range(times + 2 * (times > 1)):
        for call, measured in zip(calls, found, strict=True):
            began = time.process_time()
            call()
            if number > 1 or times == 1:
                measured.append(1000 * (time.process_time() - began))
    return found


def memory() -> None:
    """1,000 PDFs of five lines, each another."""
    process = psutil.Process()
    for number in range(1, 1001):
        lines = [line(position, description=f"Widget {number}") for position in range(1, 6)]
        pdf.render(TEMPLATE, invoice(number=f"INV-2024-{number:04}", lines=lines), MOMENT)
        if number % 100 == 0:
            say(f"after {number:4}: {process.memory_info().rss / 1e6:6.1f} MB")


def say(text: str) -> None:
    """A line for whoever reads."""
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
