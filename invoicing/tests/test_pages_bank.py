"""The pages of the bank: accounts, the import in two steps, and the queue, without JavaScript."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.factories import make_bank_statement, make_customer, make_invoice
from bigledger_crm.testing.html import flat
from invoicing.inputs import CustomerPaymentInput, PaymentInput, RefundInput
from invoicing.integrity import check_integrity
from invoicing.models import BankAccount, BankTransaction, BankUpload, Invoice, Payment
from invoicing.services import record_customer_payment, record_payment, refund_credit

pytestmark = pytest.mark.usefixtures("in_company", "time_in_2024")
D = Decimal
CSV = b"Date,Description,Amount\n2024-01-10,%s,100.00\n2024-01-11,Fee,-5.00\n"
ACCOUNT = {"name": "Current", "currency": "MYR", "decimal_separator": ".", "is_active": "on", "auto_match": "on"}


def new_account(client: Client, **more: str) -> str:
    return str(client.post("/bank/accounts/new", ACCOUNT | more).headers["Location"])


def upload(client: Client, account: str, content: bytes) -> str:
    answer = client.post(f"{account}/import", {"file": SimpleUploadedFile("january.csv", content)})
    assert answer.status_code == 302, flat(answer)
    return str(answer.headers["Location"])


class TestAccounts:
    def test_one_is_made_changed_and_deleted(self, alices: Client) -> None:
        account = new_account(alices, bank="Maybank", columns_date="Tarikh", columns_amount="Jumlah")
        stored = BankAccount.objects.get()
        assert (stored.auto_match, stored.column_profile["columns"]) == (True, {"date": "Tarikh", "amount": "Jumlah"})
        assert "By payment reference and exact amount" in flat(alices.get(account))
        assert 'value="Tarikh"' in flat(alices.get(f"{account}/edit"))
        alices.post(f"{account}/edit", ACCOUNT | {"name": "Savings"})
        stored.refresh_from_db()
        assert (stored.name, stored.column_profile) == ("Savings", {})
        assert alices.post(f"{account}/delete").status_code == 302
        assert not BankAccount.objects.exists()

    def test_every_fault_is_at_its_field(self, alices: Client) -> None:
        answer = alices.post(
            "/bank/accounts/new", ACCOUNT | {"currency": "XYZ", "iban": "DE00", "columns_balance": "Saldo"}
        )
        assert answer.status_code == 400
        errors = answer.context["form"].errors
        assert {"currency", "iban", "columns_date", "columns_amount"} <= errors.keys()
        assert answer.context["form"]["iban"].value() == "DE00"


class TestImporting:
    def test_a_file_is_shown_first_and_then_added(self, alices: Client, actor: Actor) -> None:
        invoice = make_invoice(actor)
        account = new_account(alices)
        file = CSV % invoice.payment_reference.encode()
        rehearsal = upload(alices, account, file)
        shown = flat(alices.get(rehearsal))
        assert "Nothing has been added yet." in shown
        assert "MYR\xa0100.00" in shown
        assert not BankTransaction.objects.exists()
        done = alices.post(rehearsal, follow=True)
        assert "2 transactions added, 1 matched automatically" in flat(done)
        assert (BankUpload.objects.count(), Invoice.objects.get().stage) == (0, "paid")
        assert alices.get(rehearsal).status_code == 404
        again = upload(alices, account, file)
        assert "Everything in this file is there already." in flat(alices.get(again))
        file_of_it = alices.get(f"{account}/statements/{BankTransaction.objects.all()[0].statement.public_id}/file")
        assert file_of_it.content == file
        assert file_of_it.headers["Content-Disposition"].startswith("attachment")
        assert check_integrity(actor.company) == []

    @pytest.mark.parametrize(
        ("content", "words"),
        [(b"", "The file is empty"), (b"nothing of the kind", "No row has headings"), (b"\x00\x01", "")],
    )
    def test_what_cannot_be_read_is_told_at_the_file(self, alices: Client, content: bytes, words: str) -> None:
        account = new_account(alices)
        answer = alices.post(f"{account}/import", {"file": SimpleUploadedFile("a.csv", content)})
        assert answer.status_code == 400
        assert words in " ".join(answer.context["form"].errors["file"])
        assert not BankUpload.objects.exists()

    def test_what_nobody_imports_goes_after_a_day(self, alices: Client) -> None:
        account = new_account(alices)
        first = upload(alices, account, CSV % b"A")
        with clock.travelling(clock.now() + timedelta(days=2)):
            upload(alices, account, CSV % b"B")
        assert alices.get(first).status_code == 404
        assert BankUpload.objects.count() == 1


class TestQueue:
    def test_accept_ignore_and_undo(self, alices: Client, actor: Actor) -> None:
        invoice = make_invoice(actor)
        first, second = make_bank_statement(actor, 100, -5).transactions.order_by("-amount")
        page = alices.get(f"/bank?on={first.public_id}")
        assert f"The amount is what is due on {invoice.invoice_number}." in page.content.decode()
        (offer,) = page.context["offers"]
        accept = f"/bank/transactions/{first.public_id}/accept"
        done = alices.post(accept, {**dict(offer.fields), "following": second.public_id}, follow=True)
        assert done.redirect_chain == [(f"/bank?on={second.public_id}", 302)]
        assert f'action="/bank/transactions/{first.public_id}/unmatch"' in done.content.decode()
        assert Invoice.objects.get().stage == "paid"
        alices.post(f"/bank/transactions/{first.public_id}/unmatch")
        assert Invoice.objects.get().stage == "open"
        alices.post(f"/bank/transactions/{second.public_id}/ignore", {"reason": "Fee"})
        assert BankTransaction.objects.get(pk=second.pk).ignore_reason == "Fee"
        alices.post(f"/bank/transactions/{first.public_id}/ignore")
        assert "All done" in flat(alices.get("/bank"))

    def test_what_changed_meanwhile_is_refused_in_words(self, alices: Client, actor: Actor) -> None:
        invoice = make_invoice(actor)
        row = make_bank_statement(actor, 100).transactions.get()
        record_payment(actor, invoice, PaymentInput(amount=D(100)))
        answer = alices.post(f"/bank/transactions/{row.public_id}/accept", {"invoice": invoice.public_id}, follow=True)
        assert "exceeds" in flat(answer)
        assert BankTransaction.objects.get().status == "unmatched"

    def test_payments_and_refunds_recorded_by_hand(self, alices: Client, actor: Actor) -> None:
        payment = record_customer_payment(
            actor, CustomerPaymentInput(customer_id=make_customer(actor).public_id, amount=D(80))
        )
        refund_credit(actor, payment, RefundInput(amount=D(30)))
        for row in make_bank_statement(actor, 80, -30).transactions.all():
            (offer,) = alices.get(f"/bank?on={row.public_id}").context["offers"]
            alices.post(f"/bank/transactions/{row.public_id}/accept", dict(offer.fields))
        assert set(BankTransaction.objects.values_list("status", flat=True)) == {"matched"}
        assert "Recorded by hand before" in flat(
            alices.get(f"/bank/transactions/{BankTransaction.objects.get(amount=80).public_id}")
        )

    def test_by_hand_less_a_bank_charge(self, alices: Client, actor: Actor) -> None:
        customer = make_customer(actor)
        first, second = make_invoice(actor, customer), make_invoice(actor, customer)
        row = make_bank_statement(actor, 190).transactions.get()
        form = alices.post(f"/bank/transactions/{row.public_id}/match", {"customer": customer.customer_number})
        path = form.headers["Location"]
        assert "Amount for" in flat(alices.get(path))
        refused = alices.post(path, {"oldest_first": "on", "bank_charge": "100"})
        assert refused.status_code == 400
        assert "bank_charge" in refused.context["form"].errors
        assert alices.post(path, {"oldest_first": "on", "bank_charge": "10"}).status_code == 302
        assert {one.stage for one in Invoice.objects.filter(pk__in=[first.pk, second.pk])} == {"paid"}
        page = flat(alices.get(f"/bank/transactions/{row.public_id}"))
        assert "MYR\xa010.00" in page
        assert Payment.objects.get().amount == D(190)


def test_the_list_has_chips_and_files(alices: Client, actor: Actor) -> None:
    make_bank_statement(actor, 100, -5, description="Transfer")
    page = alices.get("/bank/transactions?show=unmatched&amountMin=1")
    assert [row.amount for row in page.context["slice"].rows] == [D(100)]
    assert b"Transfer" in alices.get("/bank/transactions?export=csv").getvalue()
