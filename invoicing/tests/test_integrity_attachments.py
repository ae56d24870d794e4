"""Attached files are proved by check_books too."""

from pathlib import Path

import pytest
from pytest_django import Settings

from bigledger_crm.documents.models import Attachment
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.factories import make_invoice, make_order, make_quote
from invoicing.tests.tampering import found, tamper
from sales.services import attach_file


@pytest.fixture
def attached(actor: Actor, settings: Settings, tmp_path: Path, in_company: object) -> list[Attachment]:
    """One file each for a quote, an order and an invoice."""
    settings.MEDIA_ROOT = tmp_path
    documents = ((make_quote(actor), "quote"), (make_order(actor), "order"), (make_invoice(actor), "invoice"))
    return [attach_file(actor, row, kind, filename=f"{kind}.txt", content=b"Text") for row, kind in documents]


def test_files_are_compared_with_their_hash(actor: Actor, attached: list[Attachment], tmp_path: Path) -> None:
    assert "attachment" not in found(actor.company)
    file = tmp_path / attached[1].file
    file.write_bytes(b"Another text")
    assert f"attachment order.txt: file is another one, should be {attached[1].sha256}" in found(actor.company)
    file.unlink()
    assert "attachment order.txt: file is missing" in found(actor.company)


def test_an_attachment_hangs_on_a_document_of_its_company(
    actor: Actor, stranger: Actor, attached: list[Attachment]
) -> None:
    tamper("UPDATE documents_attachment SET kind = 'order' WHERE kind = 'quote'")
    message = f"attachment quote.txt: document is order {attached[0].document_id}, should be one of the company"
    assert message in found(actor.company)
    tamper(f"UPDATE documents_attachment SET company_id = '{stranger.company.pk}' WHERE kind = 'invoice'")
    assert "attachment invoice.txt: document is invoice" in found(stranger.company)
