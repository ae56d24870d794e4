"""The promises of the design system that can be computed: contrast, size, policy, and no strays."""

import gzip
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import django_htmx
import pytest
from django.conf import settings
from django.test import Client

from bigledger_crm.static_files import joined_styles
from bigledger_crm.tenancy.models import User

STATIC = Path(settings.BASE_DIR) / "static"
TEMPLATES = Path(settings.BASE_DIR) / "templates"
HTMX = Path(django_htmx.__file__).parent / "static/django_htmx/htmx-2.min.js"
KILOBYTE = 1024
TEXT, GRAPHIC = 4.5, 3.0
GROUNDS = ("canvas", "surface", "surface-raised", "surface-sunken", "surface-hover", "surface-sidebar", "sidebar-hover")
PAIRS = [
    *((ink, ground, TEXT) for ink in ("ink", "ink-soft") for ground in GROUNDS),
    *(("accent", ground, TEXT) for ground in ("canvas", "surface", "surface-raised", "surface-hover", "accent-soft")),
    *(("on-accent", ground, TEXT) for ground in ("accent-fill", "accent-fill-hover")),
    *((f"{tone}-ink", f"{tone}-ground", TEXT) for tone in ("neutral", "info", "firm", "partly", "good", "warn", "bad")),
    *((f"{tone}-ink", ground, TEXT) for tone in ("good", "warn", "bad", "info") for ground in ("surface", "canvas")),
    ("canvas", "ink", TEXT),
    *(("line-strong", ground, GRAPHIC) for ground in ("surface", "surface-raised", "canvas")),
    *(("chart-ink", ground, GRAPHIC) for ground in ("surface",)),
    *((f"age-{age}", "surface", GRAPHIC) for age in (0, 2, 3, 4)),
]


def _tokens() -> dict[str, tuple[str, str]]:
    """The colours by name, each for light and dark."""
    sheet = (STATIC / "css/tokens.css").read_text()
    both = dict(re.findall(r"--([\w-]+): light-dark\((#\w{6}, #\w{6})\);", sheet))
    tokens = {name: (pair[:7], pair[9:]) for name, pair in both.items()}
    single = dict(re.findall(r"--([\w-]+): (#\w{6});", sheet))
    return tokens | {name: (value, value) for name, value in single.items()}


def _luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """By WCAG 2.2, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_the_standard_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_colours_can_be_told_apart(theme: int) -> None:
    tokens = _tokens()
    weak = {
        f"{ink} on {ground}": round(contrast(tokens[ink][theme], tokens[ground][theme]), 2)
        for ink, ground, least in PAIRS
        if contrast(tokens[ink][theme], tokens[ground][theme]) < least
    }
    assert weak == {}


def _compressed(files: list[Path]) -> int:
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)


def test_sheets_and_scripts_stay_small() -> None:
    sheets = [joined_styles(STATIC / "css/app.css"), (STATIC / "css/print.css").read_text()]
    scripts = [file for file in (STATIC / "js").glob("*.js") if file.name != "api-docs.js"]
    assert sum(len(gzip.compress(sheet.encode(), 9)) for sheet in sheets) <= 20 * KILOBYTE
    assert _compressed([HTMX, *scripts]) <= 70 * KILOBYTE


def test_pages_load_all_sheets_as_one() -> None:
    joined = joined_styles(STATIC / "css/app.css")
    assert "@import" not in joined
    separate = {"admin.css", "app.css", "api-docs.css", "print.css"}
    missing = [
        name for name, sheet in _sources(STATIC / "css", ".css") if name not in separate and joined.count(sheet) != 1
    ]
    assert missing == []
    assert joined.index("@layer tokens, base, components, frame, pages, print;") < joined.index("@layer base {")


def test_every_class_of_a_page_has_a_style() -> None:
    styled = {
        name for _path, sheet in _sources(STATIC / "css", ".css") for name in re.findall(r"\.([a-z][\w-]*)", sheet)
    }
    attribute = re.compile(r'class="((?:\{%.*?%\}|\{\{.*?\}\}|[^"{])*)"', re.DOTALL)
    strays = set()
    for path, source in _sources(TEMPLATES, ".html"):
        if path.startswith(("admin/", "emails/", "pdf/")):
            continue
        for value in attribute.findall(source):
            # A class that ends with a variable, such as `badge-{{ tone }}`, isn't known here.
            names = re.sub(r"[\w-]*\{\{.*?\}\}[\w-]*|\{%.*?%\}", " ", value, flags=re.DOTALL).split()
            strays |= {(path, name) for name in names if name not in styled}
    assert strays == set()


def test_what_is_important_says_why() -> None:
    strays = [
        (name, line.strip())
        for name, sheet in _sources(STATIC / "css", ".css")
        for before, line in pairwise(sheet.splitlines())
        if "!important" in line and "noImportantStyles:" not in before
    ]
    assert strays == []


def _sources(folder: Path, *endings: str) -> Iterator[tuple[str, str]]:
    for file in sorted(folder.rglob("*")):
        if file.suffix in endings:
            yield str(file.relative_to(folder)), file.read_text()


def test_colours_come_from_tokens_only() -> None:
    strays = [
        (name, colour)
        for name, sheet in _sources(STATIC / "css", ".css")
        if name not in ("tokens.css", "api-docs.css", "print.css")
        for colour in re.findall(r"#[0-9a-f]{3,8}\b(?=[;, )])|rgb\(|hsl\(", sheet)
    ]
    assert strays == []


def test_every_token_is_defined() -> None:
    sheets = dict(_sources(STATIC / "css", ".css"))
    defined = {name for sheet in sheets.values() for name in re.findall(r"(--[\w-]+):", sheet)}
    used = {(name, token) for name, sheet in sheets.items() for token in re.findall(r"var\((--[\w-]+)", sheet)}
    assert {(name, token) for name, token in used if token not in defined} == set()


def test_no_template_carries_code_or_style() -> None:
    forbidden = re.compile(r'<script(?![^>]* src=)|\sstyle=|\son[a-z]+=|hx-on|"js:|hx-trigger="[^"]*\[|<style')
    pages = [
        (name, text) for name, text in _sources(TEMPLATES, ".html") if name.partition("/")[0] not in ("emails", "pdf")
    ]
    assert [(name, found[0]) for name, text in pages if (found := forbidden.search(text))] == []


def test_every_text_of_a_template_can_be_translated() -> None:
    own_words = {"BigLedger", "Ctrl", "Enter", "Esc", "CUST"}
    translated = re.compile(r"{% *blocktranslate.*?endblocktranslate *%}|{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
    found = []
    for name, text in _sources(TEMPLATES, ".html"):
        if name.startswith(("emails/", "pdf/", "api/", "admin/", "pages/styleguide", "sales/styleguide")):
            continue
        rest = translated.sub("", text)
        spoken = [*re.findall(r'(?:aria-label|placeholder|title|alt)="([^"]*)"', rest), re.sub(r"<[^>]*>", " ", rest)]
        found += [(name, word) for part in spoken for word in re.findall(r"[A-Za-z]{2,}", part)]
    assert [pair for pair in found if pair[1] not in own_words] == []


def test_every_icon_is_in_the_sprite() -> None:
    sprite = ElementTree.parse(STATIC / "icons.svg").getroot()
    drawn = {symbol.get("id") for symbol in sprite}
    named = re.compile(r'{% icon "([\w-]+)" %}|\bicon="([\w-]+)"')
    apps = ("bigledger_crm", "customers", "sales", "invoicing")
    code = (Path(settings.BASE_DIR) / app / "pages" for app in apps)
    sources = [*_sources(TEMPLATES, ".html"), *(source for folder in code for source in _sources(folder, ".py"))]
    used = {(name, one or other) for name, text in sources for one, other in named.findall(text)}
    assert {(name, icon) for name, icon in used if icon not in drawn} == set()


def test_the_policy_lets_nothing_in_from_elsewhere_and_nothing_inline(client: Client, alice: User) -> None:
    client.force_login(alice)
    policy = client.get("/styleguide")["Content-Security-Policy"]
    directives = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    assert directives.pop("img-src") == "'self' data:"
    assert {directives.pop(name) for name in ("default-src", "frame-ancestors", "base-uri")} == {"'none'"}
    assert set(directives.values()) == {"'self'"}
    assert {"script-src", "style-src", "connect-src", "form-action"} <= directives.keys()
