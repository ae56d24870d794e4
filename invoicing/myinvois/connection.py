"""Where MyInvois is, and as whom it is asked."""

from dataclasses import dataclass, field

from invoicing.myinvois.environments import Environment


@dataclass(frozen=True, slots=True)
class Connection:
    """A client of MyInvois and, where it is an intermediary, the company it acts for.

    `on_behalf_of` is that company's TIN, for a sole proprietor with a number of the business IG…:ROB; "" for one's own
    company.  `rate_factor` is the part of LHDN's published rate limits that is used.  Raises ValueError for values that
    can't be sent.
    """

    api_url: str
    identity_url: str
    client_id: str
    client_secret: str = field(repr=False)
    on_behalf_of: str = ""
    rate_factor: float = 1.0
    connect_seconds: float = 5.0
    answer_seconds: float = 40.0  # for the answer to begin, and again until it ends; a task has 90 for all that it does

    def __post_init__(self) -> None:
        for name in ("client_id", "on_behalf_of"):
            value = getattr(self, name)
            if not value.isascii() or (value and not value.isprintable()):
                raise ValueError(f"{name} must be printable ASCII characters")

    @classmethod
    def to(cls, environment: Environment, client_id: str, client_secret: str, on_behalf_of: str = "") -> "Connection":
        """A connection to an environment."""
        return cls(
            api_url=environment.api_url,
            identity_url=environment.identity_url,
            client_id=client_id,
            client_secret=client_secret,
            on_behalf_of=on_behalf_of,
            rate_factor=environment.rate_factor,
        )
