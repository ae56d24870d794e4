"""How long the server takes for a page, over 100,000 invoices and more; against the budgets of the pages.

    .venv/bin/python -m bigledger_crm.embedded exec --throwaway -- .venv/bin/python -m bench.pages

fills an empty database (it refuses one with companies in it), opens every page several times as a person would, and
prints one line for each: the median and the slowest time in milliseconds, queries, and the size of the HTML in KB, as
sent and compressed.  In the end, what a browser fetches once: style sheets and scripts, compressed.  Exits with 1 when
a budget is not kept.
"""

import gzip
import logging
import os
import statistics
import sys
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bigledger_crm.settings")
django.setup()

from django.conf import settings  # noqa: E402 needs Django
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, override_settings, setup_test_environment  # noqa: E402

from bigledger_crm.tenancy.actor import actor_for_member  # noqa: E402
from bigledger_crm.tenancy.models import Company, Membership, User  # noqa: E402
from bigledger_crm.tenancy.scope import company_scope  # noqa: E402
from bigledger_crm.testing.crowd import CROWD, fill  # noqa: E402
from bigledger_crm.tests.tenancy_entries import PAGES  # noqa: E402
from bigledger_crm.tests.tenancy_world import make_world  # noqa: E402
from sales.services import open_company  # noqa: E402

TIMES = 15
MILLISECONDS, QUERIES, KILOBYTES = 60, 12, 60
CSS_KILOBYTES, SCRIPT_KILOBYTES = 30, 70
SEARCHES = ("acme", "inv-012345", "+60123456789", "po-4711", "borneo trading", "zzzz")
SEARCH_MILLISECONDS = 100


def main() -> int:
    """Fills, opens and prints."""
    call_command("migrate", verbosity=0)
    if Company.objects.exists():
        sys.stderr.write("This database has companies; give an empty one.\n")
        return 1
    setup_test_environment()
    logging.disable(logging.WARNING)
    company = open_company("Crowded")
    fill(company, open_company("Neighbour"))
    user = User.objects.create_user("bench@example.com", "bench", name="Bench")
    Membership.objects.create(company=company, user=user, role="owner")
    world = make_world(actor_for_member(Membership.objects.select_related("company", "user").get()), "World", rows=5)
    client = Client()
    client.force_login(user)
    say(", ".join(f"{count:,} {model._meta.verbose_name_plural}" for model, count in CROWD.items()) + "\n")
    say(f"{'page':52} {'median':>7} {'slowest':>8} {'queries':>8} {'KB':>6} {'gzip':>6}")
    shown = [page for page in PAGES if (page.method, page.status) == ("GET", 200) and "pdf" not in page.route]
    kept = True
    with company_scope(company):
        for page in shown:
            kept &= measure(client, f"/{page.route}", page.path(world.names().get(page.object, "")), MILLISECONDS)
        for text in SEARCHES:
            kept &= measure(client, f"/search?q={text}", f"/search?q={text}", SEARCH_MILLISECONDS)
    return 0 if kept & files() else 1


def measure(client: Client, name: str, path: str, budget: int) -> bool:
    """Opens a page several times and prints its line; whether it keeps its budgets."""
    times = []
    for _ in range(TIMES):
        began = time.perf_counter()
        response = client.get(path)
        times.append(1000 * (time.perf_counter() - began))
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    median, size = statistics.median(times), len(response.content) / 1000
    kept = response.status_code == 200 and median <= budget and len(queries) <= QUERIES and size <= KILOBYTES
    compressed = len(gzip.compress(response.content)) / 1000
    say(
        f"{name:52} {median:7.1f} {max(times):8.1f} {len(queries):8} {size:6.1f} {compressed:6.1f}"
        + ("" if kept else f"  OVER {response.status_code}")
    )
    return kept


def files() -> bool:
    """Prints what a browser fetches once; whether it is within its budgets."""
    root = Path(settings.BASE_DIR) / "static"
    vendor = next(Path(folder) for folder in sys.path if (Path(folder) / "django_htmx/static").is_dir())
    scripts = [*root.glob("js/*.js"), vendor / "django_htmx/static/django_htmx/htmx-2.min.js"]
    css, script = (
        sum(len(gzip.compress(path.read_bytes())) for path in paths if "api-docs" not in path.name) / 1000
        for paths in (root.glob("css/*.css"), scripts)
    )
    say(f"\nstyle sheets {css:.1f} KB of {CSS_KILOBYTES}, scripts {script:.1f} KB of {SCRIPT_KILOBYTES}, compressed")
    return css <= CSS_KILOBYTES and script <= SCRIPT_KILOBYTES


def say(line: str) -> None:
    """A line for whoever reads."""
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}):
        sys.exit(main())
