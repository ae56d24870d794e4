"""The calls of MyInvois, and how many of each LHDN takes in a minute from one client."""

from enum import StrEnum


class Operation(StrEnum):
    """A kind of call, each with a rate limit of its own."""

    TOKEN = "token"  # noqa: S105  the name of a call
    SUBMIT = "submit"
    SUBMISSION = "submission"
    DOCUMENT = "document"
    CANCEL = "cancel"
    REJECT = "reject"
    RECENT = "recent"
    SEARCH = "search"
    SEARCH_TIN = "search-tin"
    VALIDATE_TIN = "validate-tin"
    TAXPAYER_QR = "taxpayer-qr"
    NOTIFICATIONS = "notifications"
    DOCUMENT_TYPES = "document-types"


PER_MINUTE = {
    Operation.TOKEN: 12,
    Operation.SUBMIT: 100,
    Operation.SUBMISSION: 300,
    Operation.DOCUMENT: 125,
    Operation.CANCEL: 12,
    Operation.REJECT: 12,
    Operation.RECENT: 12,
    Operation.SEARCH: 12,
    Operation.SEARCH_TIN: 60,
    Operation.VALIDATE_TIN: 60,
    Operation.TAXPAYER_QR: 60,
    Operation.NOTIFICATIONS: 60,  # LHDN states none for these two
    Operation.DOCUMENT_TYPES: 60,
}
CHANGING = frozenset({Operation.SUBMIT, Operation.CANCEL, Operation.REJECT})
