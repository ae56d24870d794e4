"""Bank accounts, statements and transactions by the API."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.documents import storage
from bigledger_crm.documents.attachments import attachments_of, read_attachment
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.client import Answer, ApiClient, Upload
from bigledger_crm.testing.raw_sql import execute
from invoicing.integrity import check_integrity
from invoicing.models import BankStatement, BankTransaction
from invoicing.tests.test_bank_files import file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_company", "time_in_2024")]
D = Decimal
CSV = b"Date,Description,Amount,Balance\n2024-01-10,First,10.00,110.00\n2024-01-11,Second,-5.00,105.00\n"
MORE = CSV + b"2024-01-12,Third,1.00,106.00\n"


@pytest.fixture
def account(api: ApiClient) -> str:
    made = api.post("/bank-accounts", {"name": "Current account", "bank": "Maybank", "accountNumber": "5140 1234 5678"})
    assert made.headers["Location"] == f"/api/v1/bank-accounts/{made.data['id']}"
    return str(made.data["id"])


def send(api: ApiClient, account: str, content: bytes, name: str = "statement.csv", end: str = "") -> Answer:
    return api.post(f"/bank-accounts/{account}/statements{end}", Upload(name, content))


@pytest.fixture(autouse=True)
def _books_are_right(actor: Actor, in_company: object) -> Iterator[None]:
    yield
    assert check_integrity(actor.company) == []


class TestAccounts:
    def test_life(self, api: ApiClient, account: str) -> None:
        path = f"/bank-accounts/{account}"
        shown = api.get(path).data
        assert (shown["currency"], shown["iban"], shown["isActive"], shown["columnProfile"]) == (
            "MYR",
            None,
            True,
            None,
        )
        profile = {"columns": {"date": "Tarikh", "amount": "Jumlah"}, "dateFormat": "DD/MM/YYYY"}
        changed = api.patch(path, {"columnProfile": profile, "iban": "de89 3704 0044 0532 0130 00"}).data
        assert changed["columnProfile"] == {**profile, "decimalSeparator": ".", "reverseSigns": False}
        assert changed["iban"] == "DE89370400440532013000"
        assert api.put(path, changed).data == changed
        assert [row["id"] for row in api.get("/bank-accounts").data] == [account]
        assert api.delete(path).data == {"id": account, "deleted": True}
        events = AuditEntry.objects.filter(event__startswith="bank_account").values_list("event", flat=True)
        assert set(events) == {"bank_account.created", "bank_account.updated", "bank_account.deleted"}

    def test_every_fault_is_named(self, api: ApiClient) -> None:
        profile = {"columns": {"text": "X"}, "dateFormat": "YY", "decimalSeparator": ";", "reverseSigns": 1}
        wrong = {"name": " ", "currency": "XYZ", "iban": "DE00", "accountNumber": "1" * 41, "columnProfile": profile}
        answer = api.post("/bank-accounts", wrong)
        assert (answer.status, answer.error["code"]) == (400, "INVALID_BANK_ACCOUNT_DATA")
        assert {detail["field"] for detail in answer.error["details"]} == {
            *("name", "currency", "iban", "accountNumber", "columnProfile.columns.text", "columnProfile.reverseSigns"),
        }
        half = {"columns": {"description": "Text"}, "dateFormat": "YY", "decimalSeparator": ";"}
        answer = api.post("/bank-accounts", {"name": "X", "columnProfile": half})
        assert {detail["field"] for detail in answer.error["details"]} == {
            *("columnProfile.dateFormat", "columnProfile.decimalSeparator", "columnProfile.columns.date"),
            "columnProfile.columns.amount",
        }

    def test_a_name_is_taken_once(self, api: ApiClient, account: str) -> None:
        answer = api.post("/bank-accounts", {"name": "Current account"})
        assert (answer.status, answer.error["code"]) == (409, "BANK_ACCOUNT_TAKEN")

    def test_what_has_statements_stays(self, api: ApiClient, account: str) -> None:
        send(api, account, CSV)
        answer = api.delete(f"/bank-accounts/{account}")
        assert (answer.status, answer.error["code"]) == (409, "BANK_ACCOUNT_IN_USE")
        answer = api.patch(f"/bank-accounts/{account}", {"currency": "USD"})
        assert [detail["field"] for detail in answer.error["details"]] == ["currency"]


class TestStatements:
    def test_a_rehearsal_keeps_nothing(self, api: ApiClient, account: str) -> None:
        told = send(api, account, CSV, end="/rehearse").data
        assert (told["lineCount"], told["addedCount"], told["format"]) == (2, 2, "csv")
        assert (told["openingBalance"], told["closingBalance"]) == (D("100.00"), D("105.00"))
        assert (told["moneyIn"], told["moneyOut"]) == (D("10.00"), D("5.00"))
        assert [(row["line"], row["description"]) for row in told["transactions"]] == [(2, "First"), (3, "Second")]
        assert not BankStatement.objects.exists() and not BankTransaction.objects.exists()  # noqa: PT018 neither

    def test_an_import_keeps_the_file(self, actor: Actor, api: ApiClient, account: str) -> None:
        made = send(api, account, CSV, "Nov\u202estatement.csv")
        assert made.headers["Location"] == f"/api/v1/bank-accounts/{account}/statements/{made.data['id']}"
        assert (made.data["lineCount"], made.data["addedCount"]) == (2, 2)
        assert (made.data["firstDate"], made.data["lastDate"]) == ("2024-01-10", "2024-01-11")
        assert made.data["file"]["filename"] == "Novstatement.csv"
        stored = BankStatement.objects.get()
        (attachment,) = attachments_of([stored.pk])[stored.pk]
        assert read_attachment(attachment) == CSV
        assert storage.read(attachment.file) == CSV
        rows = api.get("/bank-transactions?status=unmatched&sort=bookingDate&order=asc").data
        assert [(row["description"], row["amount"]) for row in rows] == [("First", D("10.00")), ("Second", D("-5.00"))]
        assert {row["bankStatementId"] for row in rows} == {made.data["id"]}
        assert api.get(f"/bank-accounts/{account}/statements").data[0]["id"] == made.data["id"]
        entry = AuditEntry.objects.get(event="bank_statement.imported")
        assert entry.note == "Current account: 2 of 2 new"

    def test_the_same_file_adds_nothing_and_an_overlapping_one_the_rest(self, api: ApiClient, account: str) -> None:
        first = send(api, account, CSV).data
        again = send(api, account, CSV)
        assert (again.status, again.error["code"]) == (409, "STATEMENT_ALREADY_IMPORTED")
        assert again.error["details"] == [{"bankStatementId": first["id"]}]
        assert send(api, account, MORE, end="/rehearse").data["addedCount"] == 1
        assert send(api, account, MORE).data["addedCount"] == 1
        assert send(api, account, CSV + b"\n").data["addedCount"] == 0
        assert BankTransaction.objects.count() == 3

    def test_what_does_not_add_up_is_refused_with_its_figures(self, api: ApiClient) -> None:
        euros = api.post("/bank-accounts", {"name": "Euro", "currency": "EUR", "iban": "DE89370400440532013000"}).data
        answer = send(api, euros["id"], file("camt053.xml").replace(b">12.50<", b">12.51<"))
        assert (answer.status, answer.error["code"]) == (422, "STATEMENT_DOES_NOT_ADD_UP")
        assert answer.error["details"] == [
            {
                "openingBalance": D("1000.00"),
                "movements": D("2855.09"),
                "closingBalance": D("3855.10"),
                "currency": "EUR",
            }
        ]
        assert send(api, euros["id"], file("camt053.xml")).data["addedCount"] == 4

    @pytest.mark.parametrize(
        ("content", "status", "said"),
        [
            (file("mt940.sta").replace(b"514012345678", b"514099999999"), 422, "STATEMENT_OF_ANOTHER_ACCOUNT"),
            (file("mt940.sta").replace(b"MYR", b"USD"), 400, "The statement is in USD, the account in MYR"),
            (b"Date,Amount\n2024-01-10,1.005\n", 400, "Line 2: An amount has at most 2 decimals in MYR"),
            (b"Date,Amount\n2024-01-10,x\n", 400, "Line 2, column “amount”: “x” is not an amount"),
            (b"", 400, "The file is empty"),
            (b"", 400, "INVALID_BANK_STATEMENT_DATA"),
        ],
    )
    def test_what_is_refused(self, api: ApiClient, account: str, content: bytes, status: int, said: str) -> None:
        answer = send(api, account, content)
        assert answer.status == status
        assert said in answer.text
        assert not BankStatement.objects.exists()

    def test_a_file_may_have_ten_megabytes(self, api: ApiClient, account: str) -> None:
        assert send(api, account, b"x" * (10 * 1024 * 1024 + 1)).status == 413


class TestTransactions:
    def test_one_that_belongs_to_no_invoice_is_ignored_and_comes_back(self, api: ApiClient, account: str) -> None:
        send(api, account, CSV)
        path = f"/bank-transactions/{api.get('/bank-transactions').data[0]['id']}"
        ignored = api.post(f"{path}/ignore", {"reason": "Our own transfer"}).data
        assert (ignored["status"], ignored["ignoreReason"]) == ("ignored", "Our own transfer")
        assert api.post(f"{path}/ignore").data == ignored
        assert len(api.get("/bank-transactions?status=ignored").data) == 1
        assert api.post(f"{path}/unmatch").data["status"] == "unmatched"
        assert len(api.get("/bank-transactions?status=unmatched").data) == 2

    def test_lists_are_narrowed(self, api: ApiClient, account: str) -> None:
        send(api, account, MORE)

        def found(query: str) -> list[Any]:
            return [row["description"] for row in api.get(f"/bank-transactions?{query}").data]

        assert found("search=third") == ["Third"]
        assert found("amountMin=2") == ["First"]
        assert found("amountMax=0") == ["Second"]
        assert found("bookingDateFrom=2024-01-12") == ["Third"]
        assert found(f"bankAccountId={account}&limit=1") == ["Third"]
        assert found("sort=amount") == ["Second", "Third", "First"]
        assert api.get("/bank-transactions?bankAccountId=ba_none").error["code"] == "BANK_ACCOUNT_NOT_FOUND"

    def test_what_the_bank_said_never_changes(self, api: ApiClient, account: str) -> None:
        send(api, account, CSV)
        for change in ("amount = 1", "description = 'x'", "booking_date = '2024-01-01'"):
            with pytest.raises(Exception, match="never changed or deleted"):
                execute(f"UPDATE invoicing_banktransaction SET {change}")
        with pytest.raises(Exception, match="never changed or deleted"):
            execute("DELETE FROM invoicing_banktransaction")
