"""Takes a picture of every page, wide and narrow, light and dark: `bin/pictures [part of a URL ...]`."""

import sys
import tempfile
from pathlib import Path

from bigledger_crm.testing.browser import NARROW, WIDE, BrowserSession, start_app, start_chromium
from bigledger_crm.testing.product import ROOT
from bigledger_crm.testing.tenancy_call import Page
from bigledger_crm.tests.browser.fixtures import SHOWN, furnish

FOLDER = ROOT / "pictures"


def take(wanted: list[str]) -> None:
    """Writes `pictures/<page>-<width>-<scheme>.png` for the pages whose URL contains one of the words, or all."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, start_app(Path(folder)) as running_app, start_chromium() as browser:
        world = furnish(running_app)
        for size in (WIDE, NARROW):
            for scheme in ("light", "dark"):
                browser_session = BrowserSession(running_app, browser)
                window = browser_session.window(viewport=size, color_scheme=scheme)
                for page in SHOWN:
                    if not wanted or any(word in page.route for word in wanted):
                        window.goto(page.path_for(world))
                        window.wait_for_load_state("networkidle")
                        window.screenshot(path=FOLDER / f"{_name(page)}-{size['width']}-{scheme}.png", full_page=True)
                browser_session.close()
    sys.stdout.write(f"{len(list(FOLDER.glob('*.png')))} pictures are in {FOLDER}\n")


def _name(page: Page) -> str:
    """A file's name: the page's URL without its ids."""
    return (
        "-".join(part for part in page.route.split("/") if part and "<" not in part)
        + ("-one" if page.route.endswith(">") else "")
        or "home"
    )
