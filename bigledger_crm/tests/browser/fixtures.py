"""What there is to look at: the demo company with one of everything."""

import json
import re

from bigledger_crm.tenancy.actor import actor_for_member
from bigledger_crm.tenancy.models import Membership
from bigledger_crm.testing.browser import RunningApp
from bigledger_crm.testing.tenancy_fixtures import make_fixtures
from bigledger_crm.testing.tenancy_pages import PAGES
from invoicing.demo import EMAIL

# PDFs, downloads, emails as their reader sees them (in a sandbox without scripts), and parts of pages.
_IS_FILE = re.compile(
    r"pdf|(data/(archives/)?|exports/)<str:public_id>$|files/<str:part_id>$|/file$|/rejected$|/preview$|/shown$|options$"
)
# Every page that a person can open and that is one of ours.
SHOWN = [page for page in PAGES if (page.method, page.status) == ("GET", 200) and not _IS_FILE.search(page.route)]


def furnish(running_app: RunningApp) -> dict[str, str]:
    """Adds one of everything to the demo company; the public ids by name."""
    printed = running_app.product.manage("shell", "-c", f"from {__name__} import print_world; print_world()")
    names: dict[str, str] = json.loads(printed.splitlines()[-1])
    return names


def print_world() -> None:
    """Makes the World and prints its ids; for `manage.py shell`."""
    actor = actor_for_member(Membership.objects.select_related("company", "user").get(user__email=EMAIL))
    print(json.dumps(make_fixtures(actor, "World", rows=3).names()))  # noqa: T201  read by furnish
