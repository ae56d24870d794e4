"""How long the server takes for a page, over 100,000 invoices and more; against the budgets of the pages.

    .venv/bin/python -m bigledger_crm.embedded exec --throwaway -- .venv/bin/python -m bench.pages

fills an empty database (it refuses one with companies in it), opens every page several times as a person would, on a
day of the last week with documents, and prints a line each: how long the server and its database were at work on it,
which is what is judged because it hardly depends on what else the machine does; the median and the slowest time; all
in milliseconds; queries; the size of the HTML in KB, as sent and compressed; and which budgets it doesn't keep.
Documents have 10 lines; editors are opened with 100 as well.  In the end, what a browser fetches once: style sheets and
scripts, compressed.  Exits with 1 when a budget is not kept.
"""

import gzip
import logging
import os
import statistics
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bigledger_crm.settings")
django.setup()

from django.conf import settings  # noqa: E402 needs Django
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, override_settings  # noqa: E402

import bigledger_crm.wsgi  # noqa: E402, F401 its processes look after their memory as it says
from bigledger_crm.kernel.clock import travelling  # noqa: E402
from bigledger_crm.tenancy.actor import Actor, actor_for_member  # noqa: E402
from bigledger_crm.tenancy.models import Company, Membership, User  # noqa: E402
from bigledger_crm.tenancy.scope import company_scope  # noqa: E402
from bigledger_crm.testing.bulk_data import BULK_ROWS, fill, fill_lines  # noqa: E402
from bigledger_crm.testing.factories import line, make_invoice, make_order, make_quote  # noqa: E402
from bigledger_crm.testing.forms import form_of  # noqa: E402
from bigledger_crm.testing.tenancy_fixtures import make_fixtures  # noqa: E402
from bigledger_crm.testing.tenancy_pages import PAGES  # noqa: E402
from sales.services import open_company  # noqa: E402

TODAY = datetime(2025, 12, 30, 4, tzinfo=UTC)
TIMES = 15
LINES, MANY_LINES = 10, 100
FORM = "application/x-www-form-urlencoded"
CSS_KILOBYTES, SCRIPT_KILOBYTES = 30, 70
SEARCHES = ("acme", "inv-012345", "+60123456789", "po-4711", "borneo trading", "zzzz")
TYPED = ("ac", "acme tr", "borneo", "0123", "zzzz")


@dataclass(frozen=True)
class Budget:
    """What a page may cost: milliseconds in the middle, queries, and KB of HTML."""

    milliseconds: float = 60
    queries: int = 12
    kilobytes: float = 60


PAGE, SEARCH = Budget(), Budget(milliseconds=100)
# An editor of a hundred lines: what a person takes for at once, and a tenth of these KB for the network.
LONG = Budget(milliseconds=100, kilobytes=160)


# Neither a list nor a document: figures over every invoice, and every component in every state.
OTHERS = {"analytics": Budget(milliseconds=150), "styleguide": Budget(kilobytes=80)}


@dataclass(frozen=True)
class Question:
    """What a browser asks for; with `data` it sends a form, with a `target` htmx does it for that element."""

    name: str
    path: str
    budget: Budget = PAGE
    data: Mapping[str, str] | None = None
    target: str = ""


def main() -> int:
    """Fills, opens and prints."""
    call_command("migrate", verbosity=0)
    if Company.objects.exists():
        sys.stderr.write("This database has companies; give an empty one.\n")
        return 1
    logging.disable(logging.WARNING)
    company, neighbour = open_company("Big Company"), open_company("Neighbour")
    fill(company, neighbour)
    fill_lines(company, neighbour)
    user = User.objects.create_user("bench@example.com", "bench", name="Bench")
    Membership.objects.create(company=company, user=user, role="owner")
    actor = actor_for_member(Membership.objects.select_related("company", "user").get())
    names = make_fixtures(actor, "World", rows=LINES).names()
    client = Client()
    client.force_login(user)
    say(", ".join(f"{count:,} {model._meta.verbose_name_plural}" for model, count in BULK_ROWS.items()))
    say(f"documents of {LINES} lines: {PAGE}; of {MANY_LINES}: {LONG}; searches: {SEARCH.milliseconds} ms\n")
    say(f"{'page':68} {'at work':>7} {'median':>7} {'slowest':>8} {'queries':>8} {'KB':>6} {'gzip':>6}")
    with company_scope(company):
        kept = [measure(client, question) for question in [*pages(names), *editing(client, actor), *searches()]]
    broken = kept.count(False)
    say(f"\n{len(kept)} pages, {broken or 'none'} over budget; load of the machine {os.getloadavg()[0]:.1f}")
    return 0 if files() and not broken else 1


def pages(names: Mapping[str, str]) -> list[Question]:
    """Every page; files, PDFs and images have no budget of HTML."""
    return [
        Question(
            f"/{page.route}",
            page.path(names.get(page.object, ""), names.get(page.part, "")),
            OTHERS.get(page.route, PAGE),
        )
        for page in PAGES
        if (page.method, page.status) == ("GET", 200) and not page.path("").endswith(("pdf", "/files/", "export"))
    ]


def editing(client: Client, actor: Actor) -> list[Question]:
    """Editors of many lines: opened, working out the totals, keeping what is typed, with a line more."""
    lines = [line(tax_code="SST")] * MANY_LINES
    edited = {
        "quotes": make_quote(actor, lines=lines),
        "sales-orders": make_order(actor, lines=lines, draft=True),
        "invoices": make_invoice(actor, lines=lines, draft=True),
    }
    questions = []
    for kind, document in edited.items():
        path = f"/{kind}/{document.public_id}/edit"
        typed = form_of(client.get(path).content.decode())
        questions += [
            Question(f"{kind}: open", path, LONG),
            Question(f"{kind}: calculate", path, LONG, typed | {"calculate": "1"}, "editor-totals"),
            Question(f"{kind}: keep", path, LONG, typed | {"keep": "1"}, "editor-draft"),
            Question(f"{kind}: add_line", path, LONG, typed | {"add_line": "1"}),
        ]
    return questions


def searches() -> list[Question]:
    """Global search, and what fields offer while one types."""
    paths = [f"/search?q={text}" for text in SEARCHES]
    paths += [f"/{kind}/options?q={text}" for kind in ("customers", "items") for text in TYPED]
    return [Question(path, path, SEARCH) for path in paths]


def measure(client: Client, asked: Question) -> bool:
    """Asks several times and prints its line; whether it keeps its budgets."""

    def ask() -> bytes:
        headers = {"HX-Request": "true", "HX-Target": asked.target} if asked.target else {}
        if asked.data is None:
            response = client.get(asked.path, headers=headers)
        else:
            response = client.post(asked.path, urlencode(asked.data), FORM, headers=headers)
        if response.status_code != 200:
            raise RuntimeError(f"{asked.path} answers {response.status_code}")
        return response.content

    times, worked = [], work()
    for _ in range(TIMES):
        began = time.perf_counter()
        content = ask()
        times.append(1000 * (time.perf_counter() - began))
    worked = (work() - worked) / TIMES
    with CaptureQueriesContext(connection) as queries:
        ask()
    median, size, budget = statistics.median(times), len(content) / 1000, asked.budget
    over = [
        word
        for word, value, most in (
            ("time", worked, budget.milliseconds),
            ("queries", len(queries), budget.queries),
            ("size", size, budget.kilobytes),
        )
        if value > most
    ]
    compressed = len(gzip.compress(content)) / 1000
    say(
        f"{asked.name:68} {worked:7.1f} {median:7.1f} {max(times):8.1f} {len(queries):8} {size:6.1f} {compressed:6.1f}"
        f"  {'OVER: ' + ', '.join(over) if over else 'ok'}"
    )
    return not over


def work() -> float:
    """The milliseconds for which this process and its one of the database have worked since they began."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    numbers = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()
    ticks = int(numbers[11]) + int(numbers[12])
    return 1000 * (time.process_time() + ticks / os.sysconf("SC_CLK_TCK"))


def files() -> bool:
    """Prints what a browser fetches once; whether it is within its budgets."""
    root = Path(settings.BASE_DIR) / "static"
    vendor = next(Path(folder) for folder in sys.path if (Path(folder) / "django_htmx/static").is_dir())
    scripts = [*root.glob("js/*.js"), vendor / "django_htmx/static/django_htmx/htmx-2.min.js"]
    css, script = (
        sum(len(gzip.compress(path.read_bytes())) for path in paths if "api-docs" not in path.name) / 1000
        for paths in (root.glob("css/**/*.css"), scripts)
    )
    say(f"\nstyle sheets {css:.1f} KB of {CSS_KILOBYTES}, scripts {script:.1f} KB of {SCRIPT_KILOBYTES}, compressed")
    return css <= CSS_KILOBYTES and script <= SCRIPT_KILOBYTES


def say(line: str) -> None:
    """A line for whoever reads."""
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with (
        override_settings(ALLOWED_HOSTS=["testserver"], STORAGES={**settings.STORAGES, "staticfiles": plain}),
        travelling(TODAY),
    ):
        sys.exit(main())
