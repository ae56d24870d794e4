"""What the documentation says of the API and the code knows: `docs/openapi.yaml`, and the table of codes."""

from pathlib import Path

from django.conf import settings
from drf_spectacular.renderers import OpenApiYamlRenderer

from bigledger_crm.api.schema.data import ErrorCode, error_codes
from bigledger_crm.api.schema.generator import describe

DESCRIPTION = settings.BASE_DIR / "docs" / "openapi.yaml"
GUIDE = settings.BASE_DIR / "docs" / "api" / "errors.md"
_BEGIN = "<!-- codes: written by manage.py describe_api -->\n"
_END = "<!-- end of codes -->\n"


def documents() -> dict[Path, str]:
    """Each file as it should be."""
    rendered: bytes = OpenApiYamlRenderer().render(describe(), renderer_context={})  # type: ignore[no-untyped-call]
    before, _, rest = GUIDE.read_text().partition(_BEGIN)
    after = rest.partition(_END)[2]
    return {DESCRIPTION: rendered.decode(), GUIDE: f"{before}{_BEGIN}\n{_table()}\n{_END}{after}"}


def _table() -> str:
    rows = sorted(error_codes().items(), key=lambda pair: pair[1].status)
    lines = ["| status | code | when | what to do |", "|--:|---|---|---|", *(_row(name, error) for name, error in rows)]
    return "\n".join(lines) + "\n"


def _row(name: str, error: ErrorCode) -> str:
    codes = ", ".join(f"`{code}`" for code in error.codes(name))
    return f"| {error.status} | {codes} | {error.when} | {error.todo} |"
