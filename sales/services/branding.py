"""The branding of a company's documents."""

import re
from typing import Any

from bigledger_crm.kernel import text
from bigledger_crm.kernel.errors import FieldError, InvalidData, field_error
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import PAPER_SIZES, Company
from sales.inputs import BrandingInput
from sales.services.company_changes import check_logo, save_company

_COLOUR = re.compile(r"#[0-9a-f]{6}")
LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3, on white paper
_LONGEST = {"letterhead": 200, "footer": 300}


def contrast_with_white(colour: str) -> float:
    """The contrast ratio of `#rrggbb` and white, 1 to 21, by WCAG 2.2's definition of relative luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def update_branding(actor: Actor, inputs: BrandingInput, *, logo: bytes | None = None) -> Company:
    """Sets accent colour, texts and paper size; a `logo`, its file's content, replaces the old one, b"" removes it.

    Issued documents keep the branding of their day.  Raises InvalidData with every failing field.
    """
    values, errors = _clean(inputs)
    clean, logo_errors = check_logo(logo)
    errors += logo_errors
    if errors:
        raise InvalidData("Company", errors)
    return save_company(actor, "company.look_changed", clean, **values)


def _clean(inputs: BrandingInput) -> tuple[dict[str, Any], list[FieldError]]:
    colour, size = inputs.accent_color.strip().lower(), inputs.paper_size
    values = {"accent_color": colour, "paper_size": size}
    errors = field_error("accent_color", _check_colour(colour))
    if size not in PAPER_SIZES:
        errors += field_error("paper_size", "Paper size must be A4 or Letter")
    for name, longest in _LONGEST.items():
        values[name] = text.clean_line(getattr(inputs, name))
        if len(values[name]) > longest:
            errors += field_error(name, f"At most {longest} characters")
    return values, errors


def _check_colour(colour: str) -> str | None:
    if colour and not _COLOUR.fullmatch(colour):
        return "Enter a colour as #rrggbb"
    if colour and contrast_with_white(colour) < LEAST_CONTRAST:
        return "This colour is too light to read on white paper"
    return None
