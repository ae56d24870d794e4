"""What the simulator knows: taxpayers, clients, documents.  Times are in UTC."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from msgspec import Struct, field

Status = Literal["Submitted", "Valid", "Invalid", "Cancelled"]


class Taxpayer(Struct, rename="camel"):
    """Who LHDN knows by a TIN; `ids` are pairs of scheme (BRN, NRIC, PASSPORT, ARMY) and number.

    A sole proprietor, whose TIN begins with IG, may use the number of the business with `is_business_owner` only.
    """

    tin: str
    name: str
    ids: list[tuple[str, str]] = field(default_factory=list)
    is_business_owner: bool = False
    sst_number: str = ""
    tourism_tax_number: str = ""
    msic_code: str = ""
    business_activity: str = ""
    email: str = ""
    phone: str = ""
    address_line: str = ""
    city: str = ""
    postcode: str = ""
    state_code: str = ""
    country: str = "MYS"


class Appointment(Struct, rename="camel"):
    """A taxpayer who has appointed the client's owner as an intermediary, until `end` if there is one.

    `on_behalf_of` is what the header says: the TIN, or IG…:ROB number for a sole proprietor.
    """

    on_behalf_of: str
    end: datetime | None = None


class Client(Struct, rename="camel"):
    """A program that may ask for tokens, with one or two secrets, and who has appointed its owner."""

    id: str
    secrets: list[str]
    tin: str
    appointments: list[Appointment] = field(default_factory=list)


class Party(Struct):
    """The supplier or the buyer of a document, as it names them."""

    tin: str
    id_type: str
    id_number: str
    name: str


class Totals(Struct):
    """The totals of a document, in MYR."""

    excluding_tax: Decimal
    discount: Decimal
    net: Decimal
    payable: Decimal


class Document(Struct):
    """A document that was accepted.

    `due_at` is when its validation is over: until then it is Submitted.  `submitter` is the TIN that it was submitted
    for, `steps` are the results of the validation.  `forced_code` is an error that was asked for.
    """

    uuid: str
    submission_uid: str
    number: str
    kind: str
    version: str
    supplier: Party
    buyer: Party
    issued_at: datetime
    received_at: datetime
    due_at: datetime
    currency: str
    totals: Totals
    client_id: str
    submitter: str
    intermediary: str = ""
    status: Status = "Submitted"
    long_id: str = ""
    validated_at: datetime | None = None
    cancelled_at: datetime | None = None
    rejection_requested_at: datetime | None = None
    reason: str = ""
    references: list[tuple[str, str]] = field(default_factory=list)
    forced_code: str = ""
    steps: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_self_billed(self) -> bool:
        """Whether the buyer issues it."""
        return self.kind.startswith("1")

    @property
    def issuer(self) -> Party:
        """Who issues and may cancel it."""
        return self.buyer if self.is_self_billed else self.supplier

    @property
    def receiver(self) -> Party:
        """Who gets it and may ask for its rejection."""
        return self.supplier if self.is_self_billed else self.buyer


class Submission(Struct):
    """What came in one call; 404 is answered until `visible_at`."""

    uid: str
    client_id: str
    submitter: str
    received_at: datetime
    visible_at: datetime


class Payload(Struct):
    """When the same call was last accepted, under its taxpayer and hash."""

    received_at: datetime


class Notification(Struct):
    """What LHDN tells a taxpayer; types are LHDN's numbers, such as 6 for a document received."""

    id: str
    tin: str
    type_id: int
    type_name: str
    message: str
    created_at: datetime


class Fault(Struct, rename="camel"):
    """A failure that was asked for: `times` more often (None: until it is cleared).

    It happens to documents whose number has the prefix, and to calls of the endpoint, where these are given.
    """

    name: str
    times: int | None = 1
    prefix: str = ""
    endpoint: str = ""
    seconds: float | None = None
    code: str = ""


class Happened(Struct):
    """A fault that a document asked for by its text has happened to it, and won't again."""

    name: str
    number: str


class TokenSecret(Struct):
    """What signs the tokens."""

    secret: str


class Settings(Struct, rename="camel"):
    """How the simulator behaves.

    Each document takes `delay_seconds` to validate, and a submission is unknown for `hidden_seconds`.  `registry`:
    strict knows the listed taxpayers only, open also takes any others whose TIN and number are well formed.  `totals`
    strict checks sums, which LHDN doesn't.  `profile` is whose rules about lengths and empty texts apply.
    """

    delay_seconds: float = 0
    hidden_seconds: float = 0
    registry: Literal["open", "strict"] = "open"
    rate_limit_factor: float = 1
    totals: Literal["off", "strict"] = "off"
    profile: Literal["current", "before-2026-08-15"] = "current"
    consolidated_state: Literal["official", "lenient"] = "official"
