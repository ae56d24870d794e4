"""A real Chromium in front of the whole running product, for tests and pictures of the pages."""

import json
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, expect, sync_playwright

from bigledger_crm.testing.mail_server import MailServer, running_mail_server
from bigledger_crm.testing.product import Product

# The first one has no windows, toolbars and extensions, and takes less than half of the processor's time.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# Seconds that a page may take on a busy machine before a test gives up.
SLOWEST = 60
WIDE, NARROW = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)
# Chromium writes a line for each answer that isn't a success, also where a form shows its errors with a 400.
_REFUSALS = tuple(f"the server responded with a status of {status}" for status in (400, 403, 404, 409, 422))
# htmx writes one for what it had asked for when the person went on to another page.
_ABANDONED = ("htmx:afterRequest", "htmx:sendAbort")


@dataclass
class RunningApp:
    """The running product with the demo company, and the mail server that its emails go to."""

    product: Product
    mail: MailServer
    email: str
    password: str

    @property
    def url(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.product.port}"


@contextmanager
def start_app(folder: Path, seed: Path | None = None) -> Iterator[RunningApp]:
    """Starts the product in a folder of its own, with the demo company; stops it in the end."""
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # else a failed test shows every line of SMTP
    with running_mail_server() as mail:
        product = Product(folder / "books", seed, EMAIL_URL=f"smtp://127.0.0.1:{mail.port}")
        with product.running():
            product.manage("demo")
            demo = json.loads(product.layout.demo.read_text())
            yield RunningApp(product, mail, demo["email"], demo["password"])


@contextmanager
def start_chromium() -> Iterator[Browser]:
    """Starts the Chromium of this machine; fails with a line that says what to install where there is none."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    assert program, "Chromium is missing: apt-get install chromium (macOS: brew install chromium)"
    options = ["--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
    if os.geteuid() == 0:
        options.append("--no-sandbox")  # Chromium's sandbox refuses to run as root
    expect.set_options(timeout=SLOWEST * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=options)
        yield browser
        browser.close()


@dataclass
class BrowserSession:
    """Opens windows onto the pages and keeps every complaint of the browser: errors in scripts, broken policies."""

    running_app: RunningApp
    browser: Browser
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def window(self, *, signed_in: bool = True, **options: Any) -> Page:
        """A page in a window of its own; `options` are those of Playwright's `new_context`."""
        settings = {
            "base_url": self.running_app.url,
            "viewport": WIDE,
            "reduced_motion": "reduce",
            "locale": "en-GB",
            **options,
        }
        context = self.browser.new_context(**settings)
        context.set_default_timeout(SLOWEST * 1000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        if signed_in:
            self.sign_in(page)
        return page

    def sign_in(self, page: Page) -> None:
        """Signs in as the owner of the demo company."""
        page.goto("/sign-in")
        page.locator("input[name=username]").fill(self.running_app.email)
        page.locator("input[name=password]").fill(self.running_app.password)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(lambda url: "sign-in" not in url)

    def close(self) -> None:
        """Closes its windows."""
        for context in self.contexts:
            context.close()

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(known in message.text for known in (*_REFUSALS, *_ABANDONED)):
            self.complaints.append(f"{message.page.url if message.page else ''}: {message.text}")
