"""Texts as QR codes."""

import io

import segno

# Of both kinds of payment codes: the guidelines want it, and it is what paper and cameras need.
_CORRECTION = "m"


def qr_svg(text: str, *, border: int = 0) -> bytes:
    """The drawing of a text as a QR code, as an SVG file; `border` is the empty frame, in modules."""
    code = segno.make_qr(text.encode(), error=_CORRECTION, boost_error=False)
    out = io.BytesIO()
    code.save(out, kind="svg", border=border, xmldecl=False, omitsize=True, light="white" if border else None)
    return out.getvalue()


def qr_data_uri(text: str) -> str:
    """The drawing as an address that a page can show without asking for it, on white whatever the page's colour."""
    code = segno.make_qr(text.encode(), error=_CORRECTION, boost_error=False)
    return code.svg_data_uri(border=4, light="white", omitsize=True)
