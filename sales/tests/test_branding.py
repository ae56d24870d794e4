"""The company's branding on its documents."""

import io

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from bigledger_crm.documents.logos import HIGHEST, WIDEST, clean_logo
from bigledger_crm.kernel.errors import InvalidData, json_path
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company, User
from bigledger_crm.testing.factories import make_quote
from bigledger_crm.testing.html import flat
from sales.inputs import BrandingInput
from sales.services import render_sample_pdf, update_branding
from sales.services.branding import contrast_with_white
from sales.services.quote_pdf import get_or_freeze_quote_document

pytestmark = pytest.mark.usefixtures("media_root")

LOOK = {"accent_color": "#1f4e79", "letterhead": "Since 1963", "footer": "Bank 1", "paper_size": "Letter"}


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 20)) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "navy").save(written, kind)
    return written.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_drawn_anew(kind: str) -> None:
    with Image.open(io.BytesIO(clean_logo(picture(kind, (4000, 1000))))) as image:
        assert (image.format, image.width, image.height <= HIGHEST) == ("PNG", WIDEST, True)


@pytest.mark.parametrize("content", [b"", b"<svg onload='x'/>", b"%PDF-1.7", b"x" * 2**21 + b"x", picture("GIF")])
def test_what_is_no_logo_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="A logo"):
        clean_logo(content)


def test_a_picture_that_would_fill_the_memory_is_refused() -> None:
    with pytest.raises(ValueError, match="20 million pixels"):
        clean_logo(picture("PNG", (5000, 5000)))


def test_contrast_is_that_of_wcag() -> None:
    assert contrast_with_white("#ffffff") == 1
    assert contrast_with_white("#000000") == 21
    assert round(contrast_with_white("#777777"), 2) == 4.48


def test_issued_documents_keep_the_design_of_their_day(actor: Actor, in_company: Company) -> None:
    update_branding(actor, BrandingInput(**LOOK), logo=picture())
    actor.company.refresh_from_db()
    with pikepdf.open(io.BytesIO(render_sample_pdf(actor).content)) as pdf:
        assert str(pdf.pages[0].MediaBox) == str(pikepdf.Array([0, 0, 612, 792]))
        assert len(pdf.pages[0].images) == 1
    stored = get_or_freeze_quote_document(actor, make_quote(actor))
    first = dict(stored.context["look"])
    update_branding(actor, BrandingInput(), logo=b"")
    actor.company.refresh_from_db()
    stored.refresh_from_db()
    assert (stored.context["look"], actor.company.logo) == (first, "")
    assert first["logo"].startswith(f"logos/{in_company.pk}/")


def test_every_fault_is_named(actor: Actor, in_company: Company) -> None:
    wrong = BrandingInput(accent_color="red", paper_size="A5", letterhead="x" * 201, footer="x" * 301)
    with pytest.raises(InvalidData) as refused:
        update_branding(actor, wrong, logo=b"<svg/>")
    named = {json_path(error.path) for error in refused.value.errors}
    assert named == {"accentColor", "paperSize", "letterhead", "footer", "logo"}
    with pytest.raises(InvalidData, match="validation"):
        update_branding(actor, BrandingInput(**{**LOOK, "accent_color": "#ffff00"}))


def test_the_page(client: Client, alice: User, bob: User, company: Company) -> None:
    client.force_login(alice)
    upload = SimpleUploadedFile("logo.png", picture(), "image/png")
    saved = client.post("/settings/documents", {**LOOK, "logo": upload})
    assert saved.status_code == 302
    company.refresh_from_db()
    assert (company.accent_color, company.paper_size, bool(company.logo)) == ("#1f4e79", "Letter", True)
    again = client.post("/settings/documents", {**LOOK, "accent_color": "#ffff00", "footer": "Kept"})
    assert again.status_code == 400
    assert "too light" in flat(again)
    assert 'value="Kept"' in flat(again)
    assert client.get("/settings/documents/sample.pdf").content.startswith(b"%PDF")
    client.force_login(bob)
    assert client.get("/settings/documents").status_code == 403


def test_the_page_shows_the_logo_in_its_preview(client: Client, alice: User, actor: Actor, in_company: Company) -> None:
    client.force_login(alice)
    empty = flat(client.get("/settings/documents"))
    assert 'data-logo=""' in empty
    assert "Remove the logo" not in empty
    update_branding(actor, BrandingInput(**LOOK), logo=picture())
    page = flat(client.get("/settings/documents"))
    assert 'data-logo="data:image/png;base64,iVBOR' in page
    assert 'data-colour="Pick a colour"' in page
    assert "Remove the logo" in page
