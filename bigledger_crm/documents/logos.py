"""Logos: decoded and encoded again by us, so that a file that only pretends to be an image is never printed."""

import hashlib
import io
from uuid import UUID

from PIL import Image, ImageOps

from bigledger_crm.documents import storage

MAX_BYTES = 2 * 1024 * 1024
MAX_PIXELS = 20_000_000
FORMATS = ("PNG", "JPEG", "WEBP")
# What 60 mm can show in print at 300 dots per inch, and a bit more.
WIDEST, HIGHEST = 900, 360


class _TooManyPixels(Exception):
    pass


def clean_logo(content: bytes) -> bytes:
    """A logo as a PNG that is large enough for print.  Raises ValueError."""
    if len(content) > MAX_BYTES:
        raise ValueError("A logo can be at most 2 MB")
    try:
        with Image.open(io.BytesIO(content), formats=list(FORMATS)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise _TooManyPixels
            upright = ImageOps.exif_transpose(image)
            drawn = (upright.convert("RGB") if upright.mode == "CMYK" else upright).convert("RGBA")
    except (_TooManyPixels, Image.DecompressionBombError) as error:
        raise ValueError("A logo can have at most 20 million pixels") from error
    except Exception as error:  # whatever a decoder finds in a file that isn't what it says
        raise ValueError("A logo must be a PNG, JPEG or WebP image") from error
    drawn.thumbnail((WIDEST, HIGHEST))
    written = io.BytesIO()
    drawn.save(written, "PNG", optimize=True)
    return written.getvalue()


def keep_logo(company_id: UUID, content: bytes) -> str:
    """Stores a clean logo under a name made of its content, for documents go on showing the logo of their day."""
    return storage.write(f"logos/{company_id}/{hashlib.sha256(content).hexdigest()[:32]}.png", content)
