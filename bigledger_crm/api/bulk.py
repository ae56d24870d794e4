"""Making many objects by one request: each row succeeds or fails on its own."""

import hashlib
from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import connection, transaction
from drf_spectacular.utils import extend_schema
from msgspec import UNSET, UnsetType
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from bigledger_crm.api import fields
from bigledger_crm.api.answers import Answer
from bigledger_crm.api.exceptions import details_of
from bigledger_crm.api.responses import ApiStruct
from bigledger_crm.api.serializers import StrictSerializer, validated
from bigledger_crm.api.viewsets import ApiViewSet
from bigledger_crm.kernel.errors import DomainError, FieldError, InvalidData, UnknownName

MAX_ROWS = 100


class RowError(ApiStruct):
    """Why a row was refused."""

    code: str
    message: str
    details: list[dict[str, Any]] | UnsetType = UNSET


class RowResult(ApiStruct):
    """What became of a row: the object it made, or the error that it would have got alone."""

    index: int
    status: int
    success: bool
    data: dict[str, Any] | UnsetType = UNSET
    error: RowError | UnsetType = UNSET


class BulkResult(ApiStruct):
    """What became of all rows, in their order."""

    succeeded: int
    failed: int
    results: list[RowResult]


class BulkInput(StrictSerializer):
    """The rows, each as the body that makes one object."""

    rows = serializers.ListField(child=fields.ObjectField(), max_length=MAX_ROWS)


class BulkMixin(ApiViewSet):
    """Adds `bulk` to a viewset, which makes the objects of `rows`.

    `noun` is the object's name in errors, `row_input` what a row is made of.  A row's refusal undoes that row only.
    What nobody foresaw undoes the whole request.
    """

    noun: ClassVar[str]
    row_input: ClassVar[type[StrictSerializer]]
    row_context: ClassVar[dict[str, Any]] = {}

    def create_row(self, values: Any) -> Any:
        """Makes one object by its service, and says how it is in JSON.  May raise DomainError."""
        raise NotImplementedError

    def lock_rows(self, rows: Sequence[Any]) -> None:
        """Takes the locks that rows need in common, in the order that everybody takes them."""

    @extend_schema(request=BulkInput, responses=Answer(BulkResult))
    @action(detail=False, methods=["post"])
    def bulk(self, request: Request) -> Response:
        """Makes up to 100 objects at once; each row succeeds or fails on its own."""
        rows = self._rows()
        self._take_turns()
        self.lock_rows(rows)
        results = [self._result(index, row) for index, row in enumerate(rows)]
        succeeded = sum(result.success for result in results)
        return Response(BulkResult(succeeded=succeeded, failed=len(rows) - succeeded, results=results))

    def _rows(self) -> list[Any]:
        body = self.body()
        if not isinstance(body, dict):
            raise InvalidData("Request", [FieldError((), "Must be an object")])
        errors = [FieldError((UnknownName(name),), "Unknown field") for name in body if name != "rows"]
        rows = body.get("rows")
        if isinstance(rows, list) and 1 <= len(rows) <= MAX_ROWS and not errors:
            return rows
        if not isinstance(rows, list) or not 1 <= len(rows) <= MAX_ROWS:
            errors.append(FieldError(("rows",), f"Must be a list of 1 to {MAX_ROWS} objects"))
        raise InvalidData("Request", errors)

    def _take_turns(self) -> None:
        """One bulk request after the other per company and kind: they may need number counters in any order."""
        name = f"bulk {self.actor.company.pk} {self.resource}"
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])

    def _result(self, index: int, row: Any) -> RowResult:
        try:
            with transaction.atomic():
                values = validated(self.row_input, row, self.noun, actor=self.actor, **self.row_context)
                made = self.create_row(values)
        except DomainError as error:
            refusal = RowError(code=error.code, message=error.message, details=details_of(error) or UNSET)
            return RowResult(index=index, status=error.status, success=False, error=refusal)
        return RowResult(index=index, status=201, success=True, data=made)
