"""The pages about e-invoices, against the simulator."""

from collections.abc import Iterator

import pytest
from django.test import Client

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company, User
from bigledger_crm.testing.einvoice_rows import make_einvoice
from bigledger_crm.testing.einvoices import ADDRESS, Reporting, reporting
from bigledger_crm.testing.factories import make_invoice
from bigledger_crm.testing.html import flat
from invoicing.inputs import CreditNoteInput
from invoicing.models import EInvoice, EInvoiceSettings, Invoice
from invoicing.services import create_credit_note

pytestmark = pytest.mark.usefixtures("in_company", "no_broker")


@pytest.fixture
def reports(actor: Actor, company: Company) -> Iterator[Reporting]:
    with reporting(company, actor) as found:
        yield found


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, response.content[:500]
    return flat(response)


def panel(client: Client, url: str) -> str:
    """The panel on the page of a document, or what it is replaced by while it waits."""
    text = page(client, url)
    return text[text.index('id="einvoice"') : text.index("</section>", text.index('id="einvoice"'))]


def test_an_invoice_is_submitted_followed_and_cancelled(alices: Client, reports: Reporting) -> None:
    invoice = reports.invoice()
    url = f"/invoices/{invoice.public_id}"
    before = panel(alices, url)
    assert "Not submitted" in before
    assert "Simulator" in before
    assert alices.post(f"{url}/einvoice/submit")["Location"] == url
    waiting = panel(alices, url)
    assert "about to be sent" in waiting
    assert 'hx-trigger="every 3s"' in waiting
    assert f'href="{url}/cancel"' not in page(alices, url)

    reports.process(rounds=2, seconds=5)
    asking = {"HX-Request": "true", "HX-Target": "einvoice", "HX-Current-URL": f"http://testserver{url}"}
    part = alices.get(f"{url}/einvoice", headers=asking)
    accepted, einvoice = flat(part), EInvoice.objects.get()
    assert "<html" not in accepted
    assert "Accepted" in accepted
    assert "2 days and 23 hours left" in accepted
    assert f'href="{reports.simulator.url}/{einvoice.uuid}/share/{einvoice.long_id}"' in accepted
    assert "every 3s" not in accepted
    timeline = page(alices, url)
    assert "E-invoice accepted by LHDN" in timeline
    assert f'href="/einvoices/{einvoice.public_id}"' in timeline

    cancel = f"/einvoices/{einvoice.public_id}/cancel"
    assert f"Invoice {invoice.invoice_number} is cancelled with it" in page(alices, cancel)
    assert alices.post(cancel, {"reason": ""}).status_code == 400
    assert alices.post(cancel, {"reason": "Wrong buyer"})["Location"] == url
    assert "has been asked to cancel it" in panel(alices, url)
    reports.process()
    assert alices.get(f"{url}/einvoice", headers=asking)["HX-Refresh"] == "true"
    assert "It was cancelled at LHDN." in panel(alices, url)
    assert Invoice.objects.get().status == "cancelled"


def test_what_lhdn_rejects_is_corrected_on_the_page_that_says_so(alices: Client, reports: Reporting) -> None:
    customer = reports.buyer(tin="C99999999010")  # of another number
    url = f"/invoices/{reports.invoice(customer).public_id}"
    alices.post(f"{url}/einvoice/submit")
    reports.process(rounds=2, seconds=5)
    rejected = panel(alices, url)
    assert "Correct the following and submit it again" in rejected
    assert f'href="/customers/{customer.public_id}/edit"' in rejected
    assert 'class="fold" open' in page(alices, f"{url}/einvoice")
    form = {
        "tin": "C99999999010",
        "identification_type": "brn",
        "identification_number": "209901000001",
        "phone": customer.phone,
        **{f"address_{name}": ADDRESS[part] for name, part in _PARTS.items()},
    }
    wrong = alices.post(f"{url}/einvoice/buyer", {**form, "tin": "nonsense", "submit": "yes"})
    assert (wrong.status_code, EInvoice.objects.count()) == (400, 1)
    assert alices.post(f"{url}/einvoice/buyer", {**form, "submit": "yes"})["Location"] == f"{url}/einvoice"
    reports.process(rounds=2, seconds=5)
    history = page(alices, f"{url}/einvoice")
    assert history.count("Download JSON") == 2
    assert "POST /api/v1.0/documentsubmissions" in history
    assert "Accepted" in panel(alices, url)


_PARTS = {"street": "street", "city": "city", "state": "state", "postal_code": "postalCode", "country": "country"}


def test_an_issued_invoice_is_reported_with_the_customers_corrected_details(alices: Client, reports: Reporting) -> None:
    customer = reports.buyer(phone="", address={**ADDRESS, "state": "", "city": "Nowhere"})
    url = f"/invoices/{reports.invoice(customer).public_id}/einvoice"
    assert alices.post(f"{url}/submit")["Location"] == url
    missing = page(alices, url)
    assert "STATE" not in missing
    assert "To correct" in missing
    form = {
        "tin": customer.tin,
        "identification_type": "brn",
        "identification_number": customer.identification_number,
        "phone": "+60123456789",
        **{f"address_{name}": ADDRESS[part] for name, part in _PARTS.items()},
    }
    alices.post(f"{url}/buyer", form)
    assert "Nothing to correct" in page(alices, url)
    alices.post(f"{url}/submit")
    assert EInvoice.objects.get().status == "pending"


def test_the_wish_of_the_buyer_stands_out(alices: Client, alice: User, reports: Reporting) -> None:
    invoice = reports.invoice()
    alices.post(f"/invoices/{invoice.public_id}/einvoice/submit")
    reports.process(rounds=2, seconds=5)
    reports.simulator.reject(EInvoice.objects.get().uuid, "Wrong amount")
    reports.process(seconds=5 * 3600)
    asked = panel(alices, f"/invoices/{invoice.public_id}")
    assert "The buyer asks you to cancel this e-invoice: “Wrong amount”." in asked
    assert "Cancel e-invoice" in asked
    reports.pass_time(hours=72)
    alices.force_login(alice)
    late = panel(alices, f"/invoices/{invoice.public_id}")
    assert "72 hours in which LHDN cancels are over" in late
    assert "/cancel" not in late


def test_a_credit_note_has_the_same_page(alices: Client, actor: Actor, reports: Reporting) -> None:
    invoice = reports.invoice()
    note = create_credit_note(actor, CreditNoteInput(invoice_id=invoice.public_id, reason="Damaged"))
    url = f"/credit-notes/{note.public_id}"
    alices.post(f"{url}/einvoice/submit")
    assert "To correct" in page(alices, f"{url}/einvoice")  # its invoice comes first
    alices.post(f"/invoices/{invoice.public_id}/einvoice/submit")
    reports.process(rounds=2, seconds=5)
    assert alices.post(f"{url}/einvoice/submit")["Location"] == url
    reports.process(rounds=2, seconds=5)
    assert "Accepted" in panel(alices, url)
    assert "has payments or credits" in panel(alices, f"/invoices/{invoice.public_id}")


def test_the_list_finds_and_opens_einvoices(alices: Client, reports: Reporting) -> None:
    customer = reports.buyer(name="Kedai Kopi")
    invoice, other = reports.invoice(customer), reports.invoice()
    rejected = make_einvoice(invoice, "rejected")
    many = make_einvoice(other, number="CONS-2026-10", is_consolidated=True)
    every = page(alices, "/einvoices")
    assert (invoice.invoice_number in every, "CONS-2026-10" in every) == (True, True)
    assert "CONS-2026-10" not in page(alices, "/einvoices?show=rejected")
    assert "CONS-2026-10" not in page(alices, "/einvoices?q=kopi")
    assert invoice.invoice_number not in page(alices, "/einvoices?isConsolidated=true")
    assert b"Kedai Kopi" in alices.get("/einvoices?export=csv").getvalue()
    own = f"/invoices/{invoice.public_id}/einvoice"
    assert alices.get(f"/einvoices/{rejected.public_id}")["Location"] == f"{own}#{rejected.public_id}"
    assert other.invoice_number in page(alices, f"/einvoices/{many.public_id}")
    assert "CONS-2026-10" in panel(alices, f"/invoices/{other.public_id}")
    file = alices.get(f"/einvoices/{rejected.public_id}/file")
    assert file.content == bytes(EInvoice.objects.get(pk=rejected.pk).document)


def test_who_may_not_write_is_offered_nothing(client: Client, bob: User, reports: Reporting, company: Company) -> None:
    invoice = reports.invoice()
    url = f"/invoices/{invoice.public_id}"
    client.force_login(bob)  # in sales
    assert "einvoice/submit" not in panel(client, url)
    assert client.post(f"{url}/einvoice/submit").status_code == 403
    EInvoiceSettings.objects.update(environment="")
    assert 'id="einvoice"' not in page(client, url)
    Company.objects.filter(pk=company.pk).update(country="SG")
    assert client.get("/einvoices").status_code == 404


def test_a_draft_waits_for_its_issue(alices: Client, actor: Actor, reports: Reporting) -> None:
    draft = make_invoice(actor, reports.buyer(), draft=True)
    assert "after the invoice has been issued" in panel(alices, f"/invoices/{draft.public_id}")
