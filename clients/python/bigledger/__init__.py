"""A client of the API of BigLedger CRM.

`BigLedgerClient` is to be awaited; `SyncBigLedgerClient` has the same methods for programs without `async`.
"""

from bigledger.async_resources import BigLedgerClient
from bigledger.client import AsyncListing, Listing
from bigledger.errors import (
    ApiError,
    AuthenticationError,
    BadRequestError,
    BigLedgerError,
    BusinessRuleError,
    ConflictError,
    NoResponseError,
    NotFoundError,
    PermissionDeniedError,
    PreconditionFailedError,
    RateLimitError,
    ResponseTimeoutError,
    ServerError,
    SignatureError,
    UnexpectedResponseError,
)
from bigledger.names import VERSION
from bigledger.resources import SyncBigLedgerClient
from bigledger.transport import Options, Page
from bigledger.values import File, Upload
from bigledger.webhooks import WebhookEvent, verify_webhook

__version__ = VERSION

__all__ = [
    "VERSION",
    "ApiError",
    "AsyncListing",
    "AuthenticationError",
    "BadRequestError",
    "BigLedgerClient",
    "BigLedgerError",
    "BusinessRuleError",
    "ConflictError",
    "File",
    "Listing",
    "NoResponseError",
    "NotFoundError",
    "Options",
    "Page",
    "PermissionDeniedError",
    "PreconditionFailedError",
    "RateLimitError",
    "ResponseTimeoutError",
    "ServerError",
    "SignatureError",
    "SyncBigLedgerClient",
    "UnexpectedResponseError",
    "Upload",
    "WebhookEvent",
    "__version__",
    "verify_webhook",
]
