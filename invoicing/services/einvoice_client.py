"""The client of MyInvois for a company's settings."""

from django.conf import settings

from invoicing.models import EInvoiceSettings
from invoicing.myinvois.client import MyInvoisClient
from invoicing.myinvois.connection import Connection
from invoicing.myinvois.errors import Unavailable
from invoicing.myinvois.exchange import OnExchange
from invoicing.myinvois.limiter import limiter_at
from invoicing.myinvois.tokens import TokenCache
from invoicing.queries.einvoice_settings import connection_of

_TOKENS = TokenCache()  # of this process


def client_of(einvoice_settings: EInvoiceSettings, on_exchange: OnExchange | None = None) -> MyInvoisClient:
    """MyInvois as the company's settings say.

    Raises EInvoiceSecretUnreadable, EInvoiceSimulatorMissing; Unavailable where OUTGOING is off, but for the simulator.
    """
    require_outgoing(einvoice_settings)
    return client_for(connection_of(einvoice_settings), on_exchange)


def client_for(connection: Connection, on_exchange: OnExchange | None = None) -> MyInvoisClient:
    """MyInvois by a connection; tokens and limits are shared with all others in this process."""
    return MyInvoisClient(connection, _TOKENS, limiter_at(settings.REDIS_URL), on_exchange)


def require_outgoing(einvoice_settings: EInvoiceSettings) -> None:
    """Raises Unavailable where nothing may leave the installation; nothing leaves it for the simulator."""
    if not settings.OUTGOING and einvoice_settings.environment != "simulator":
        raise Unavailable("This installation sends nothing: OUTGOING is off")
