"""The resources of bank accounts, their statements and transactions."""

from functools import cached_property

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from bigledger_crm.api.answers import Answer
from bigledger_crm.api.listing import Listing
from bigledger_crm.api.paging import by_text, by_time
from bigledger_crm.api.parsers import FileParser
from bigledger_crm.api.responses import Deleted, created, single
from bigledger_crm.api.viewsets import ApiViewSet
from invoicing.api import bank_responses as responses
from invoicing.api.bank_inputs import BankAccountInput, BankAccountUpdate
from invoicing.bank_errors import (
    BankAccountInUse,
    BankAccountTaken,
    StatementAlreadyImported,
    StatementDoesNotAddUp,
    StatementOfAnotherAccount,
)
from invoicing.bank_files.statement import Statement
from invoicing.models import BankAccount, BankStatement
from invoicing.queries.bank import (
    bank_account_by_public_id,
    bank_statement_by_public_id,
)
from invoicing.services import (
    create_bank_account,
    delete_bank_account,
    import_statement,
    read_statement_file,
    rehearse_statement,
    update_bank_account,
)

_REFUSES = (StatementDoesNotAddUp, StatementOfAnotherAccount)


class BankAccountViewSet(ApiViewSet):
    """The company's bank accounts."""

    resource = "bank"
    listing = Listing(
        responses.BankAccountObject,
        responses.ACCOUNT_COLUMNS,
        {"name": by_text("name"), "createdAt": by_time("created_at")},
        "name",
    )

    def get_object(self) -> BankAccount:
        """The account of the path."""
        return bank_account_by_public_id(self.kwargs["public_id"])

    def serialize(self, row: BankAccount) -> responses.BankAccountObject:
        """The whole account."""
        return responses.account_object(row)

    @extend_schema(responses=Answer(responses.BankAccountObject))
    def list(self, request: Request) -> Response:
        """A page of bank accounts."""
        return self.page(BankAccount.objects.all(), responses.account_row)

    @extend_schema(
        request=BankAccountInput, responses=Answer(responses.BankAccountObject, 201, refuses=[BankAccountTaken])
    )
    def create(self, request: Request) -> Response:
        """A new bank account."""
        account = create_bank_account(self.actor, self.input(BankAccountInput, "Bank account"))
        return created(self.serialize(account), f"/bank-accounts/{account.public_id}")

    @extend_schema(responses=Answer(responses.BankAccountObject))
    def retrieve(self, request: Request, public_id: str) -> HttpResponseBase:
        """One bank account."""
        return self.one()

    @extend_schema(request=BankAccountUpdate, responses=Answer(responses.BankAccountObject, refuses=[BankAccountTaken]))
    def update(self, request: Request, public_id: str) -> Response:
        """Changes the fields sent; the currency stays once there are statements."""
        account = self.get_object()
        return single(
            self.serialize(update_bank_account(self.actor, account, self.input(BankAccountUpdate, "Bank account")))
        )

    partial_update = update

    @extend_schema(responses=Answer(Deleted, refuses=[BankAccountInUse]))
    def destroy(self, request: Request, public_id: str) -> Response:
        """Deletes a bank account without statements."""
        delete_bank_account(self.actor, self.get_object())
        return Response(Deleted(id=public_id))


class BankStatementViewSet(ApiViewSet):
    """The statements of a bank account."""

    resource = "bank"
    lookup_url_kwarg = "statement_id"
    parser_classes = [FileParser]
    upload_noun = "Bank statement"
    listing = Listing(
        responses.BankStatementRow,
        responses.STATEMENT_COLUMNS,
        {"createdAt": by_time("created_at")},
        "createdAt",
    )

    def get_object(self) -> BankStatement:
        """The statement of the path."""
        account = bank_account_by_public_id(self.kwargs["public_id"])
        return bank_statement_by_public_id(account, self.kwargs["statement_id"])

    def serialize(self, row: BankStatement) -> responses.BankStatementObject:
        """The whole statement."""
        return responses.statement_object(row)

    def receive(self) -> None:
        """Reads the file as well, before anything is locked: that may take a while."""
        super().receive()
        _ = self.statement

    @cached_property
    def account(self) -> BankAccount:
        """The account of the path."""
        return bank_account_by_public_id(self.kwargs["public_id"])

    @cached_property
    def content(self) -> bytes:
        """The file's content."""
        return b"".join(self.upload.chunks())

    @cached_property
    def statement(self) -> Statement:
        """What the file says."""
        return read_statement_file(self.account, self.content)

    @extend_schema(responses=Answer(responses.BankStatementRow))
    def list(self, request: Request, public_id: str) -> Response:
        """A page of the statements that were imported."""
        return self.page(BankStatement.objects.filter(account=self.account), responses.statement_row)

    @extend_schema(responses=Answer(responses.BankStatementObject, 201, refuses=[StatementAlreadyImported, *_REFUSES]))
    def create(self, request: Request, public_id: str) -> Response:
        """Imports a statement file, sent as the part `file` of multipart/form-data."""
        kept = import_statement(
            self.actor, self.account, self.statement, filename=self.upload.name or "", content=self.content
        )
        path = f"/api/v1/bank-accounts/{public_id}/statements/{kept.public_id}"
        return Response(self.serialize(kept), status=201, headers={"Location": path})

    @extend_schema(responses=Answer(responses.BankStatementRehearsal, refuses=_REFUSES))
    @action(detail=False, methods=["post"])
    def rehearse(self, request: Request, public_id: str) -> Response:
        """Tells what the import of a file would add; nothing is kept."""
        return Response(responses.rehearsal_object(rehearse_statement(self.account, self.statement)))

    @extend_schema(responses=Answer(responses.BankStatementObject))
    def retrieve(self, request: Request, public_id: str, statement_id: str) -> HttpResponseBase:
        """One statement, with a link to its file."""
        return self.one()
