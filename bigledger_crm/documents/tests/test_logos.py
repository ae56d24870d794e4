"""Logos: what is taken, what is refused, and how it is printed."""

import io
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image
from pytest_django import Settings

from bigledger_crm.documents import pdf, storage
from bigledger_crm.documents.logos import HIGHEST, MAX_BYTES, WIDEST, clean_logo
from bigledger_crm.documents.tests.samples import invoice

MOMENT = datetime(2024, 1, 15, 1, tzinfo=UTC)
BLUE = (20, 40, 200)


def picture(kind: str, mode: str = "RGB", size: tuple[int, int] = (300, 100), **options: Any) -> bytes:
    """A picture whose upper left quarter is blue on white."""
    colours: dict[str, Any] = {
        "RGB": ("white", BLUE),
        "RGBA": ((0, 0, 0, 0), (*BLUE, 255)),
        "CMYK": ((0, 0, 0, 0), (255, 200, 0, 20)),
    }
    ground, ink = colours[mode]
    image = Image.new(mode, size, ground)
    image.paste(ink, (0, 0, size[0] // 2, size[1] // 2))
    written = io.BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


def opened(content: bytes) -> Image.Image:
    """The picture in a file."""
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "RGB"), ("PNG", "RGBA"), ("JPEG", "RGB"), ("JPEG", "CMYK"), ("WEBP", "RGBA")]
)
def test_pictures_are_drawn_again_as_png(kind: str, mode: str) -> None:
    image = opened(clean_logo(picture(kind, mode)))
    assert (image.format, image.mode, image.size) == ("PNG", "RGBA", (300, 100))
    red, _green, blue, alpha = image.getpixel((20, 20))  # type: ignore[misc]
    assert blue > red
    assert alpha == 255


def test_a_large_one_is_made_as_small_as_paper_needs() -> None:
    image = opened(clean_logo(picture("PNG", size=(4000, 3000))))
    assert image.width <= WIDEST
    assert image.height <= HIGHEST


def test_a_photograph_is_turned_as_the_camera_says_and_tells_nothing_else() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "SECRETCAMERA"
    content = clean_logo(picture("JPEG", exif=exif))
    assert opened(content).size == (100, 300)
    assert b"SECRETCAMERA" not in content


def bomb() -> bytes:
    """A small PNG that says it has a thousand million pixels."""
    chunks = (b"IHDR" + (40000).to_bytes(4) * 2 + bytes([8, 2, 0, 0, 0]), b"IDAT" + zlib.compress(bytes(100)))
    parts = [(len(one) - 4).to_bytes(4) + one + zlib.crc32(one).to_bytes(4) for one in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "must be a PNG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "must be a PNG"),
        (b"%PDF-1.7", "must be a PNG"),
        (picture("GIF"), "must be a PNG"),
        (bomb(), "20 million pixels"),
        (b"x" * (MAX_BYTES + 1), "2 MB"),
    ],
    ids=["empty", "svg", "pdf", "gif", "bomb", "large"],
)
def test_what_is_no_picture_is_refused_with_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        clean_logo(content)


@pytest.mark.parametrize("archive", [False, True])
def test_a_logo_in_a_pdf_has_a_text_for_screen_readers(tmp_path: Path, settings: Settings, archive: bool) -> None:
    settings.MEDIA_ROOT, settings.PDF_ARCHIVE = tmp_path, archive
    look = {"accent": "#0f766e", "logo": storage.write("logos/1/logo.png", clean_logo(picture("PNG", "RGBA")))}
    content = pdf.render("pdf/invoice.html", {**invoice(), "look": look}, MOMENT)
    assert content == pdf.render("pdf/invoice.html", {**invoice(), "look": look}, MOMENT)
    with pikepdf.open(io.BytesIO(content)) as document:
        names = [image for page in document.pages for image in page.images]
        figures = [part for part in document.objects if isinstance(part, pikepdf.Dictionary) and "/Alt" in part]
        texts = [str(figure["/Alt"]) for figure in figures]
        metadata = document.Root.Metadata.read_bytes().decode()
    assert names
    assert ("pdfaid" if archive else "pdfuaid") in metadata
    assert texts == ["Tech Supplies Sdn Bhd"]
