"""What can be refused about e-invoices and their settings."""

from collections.abc import Sequence
from datetime import datetime

from bigledger_crm.kernel.errors import Conflict, DomainError, json_path
from invoicing.einvoice.problem import Problem


class EInvoicesNotSetUp(DomainError):
    """The company reports no e-invoices: it isn't in Malaysia, or e-invoices are off."""

    code = "EINVOICES_NOT_SET_UP"

    def __init__(self) -> None:
        super().__init__("E-invoices are off. Choose an environment in Settings, E-invoices, and save it first.")


class EInvoiceSecretUnreadable(DomainError):
    """SECRET_KEY has changed since a secret was saved, and the earlier one isn't in SECRET_KEY_FALLBACKS."""

    code = "EINVOICE_SECRET_UNREADABLE"

    def __init__(self, what: str) -> None:
        super().__init__(
            f"The {what} can no longer be read, because the installation's SECRET_KEY has changed. "
            "Enter it again in Settings, E-invoices."
        )


class EInvoiceCertificateUnusable(DomainError):
    """There is no certificate to sign with, or its file can't be read."""

    code = "EINVOICE_CERTIFICATE_UNUSABLE"


class EInvoiceSimulatorMissing(DomainError):
    """The installation has no simulator."""

    code = "EINVOICE_SIMULATOR_MISSING"

    def __init__(self) -> None:
        super().__init__("This installation has no simulator. Ask your operator to set MYINVOIS_SIMULATOR_URL.")


class EInvoicingOff(DomainError):
    """The company doesn't report its invoices, or not those of this day."""

    code = "EINVOICING_OFF"

    def __init__(self) -> None:
        super().__init__("The company doesn't report this document to MyInvois: see Settings, E-invoices")


class EInvoiceNotReady(DomainError):
    """LHDN would reject the document; `details` are the problems as GET …/einvoice/check tells them."""

    code = "EINVOICE_NOT_READY"

    def __init__(self, number: str, problems: Sequence[Problem]) -> None:
        details = [{"field": json_path(one.path), "code": one.code, "message": one.message} for one in problems]
        super().__init__(f"{number} cannot be reported to MyInvois yet", details=details)
        self.problems = tuple(problems)


class EInvoiceExists(Conflict):
    """The document has an e-invoice that is on its way or accepted."""

    code = "EINVOICE_EXISTS"

    def __init__(self, number: str, einvoice_id: str, status: str) -> None:
        super().__init__(
            f"{number} already has an e-invoice, which is {status}",
            details=[{"einvoiceId": einvoice_id, "status": status}],
        )


class EInvoiceIsLive(Conflict):
    """An invoice that LHDN has, or may have, is cancelled there first."""

    code = "EINVOICE_IS_LIVE"

    def __init__(self, number: str, einvoice_id: str, status: str) -> None:
        super().__init__(
            f"The e-invoice of {number} is {status}: cancel the e-invoice, and the invoice is cancelled with it",
            details=[{"einvoiceId": einvoice_id, "status": status}],
        )


class EInvoiceNotCancellable(DomainError):
    """The e-invoice isn't accepted, or too long ago, or a note corrects it."""

    code = "EINVOICE_NOT_CANCELLABLE"

    def __init__(self, message: str, status: str, cancellable_until: datetime | None = None) -> None:
        until = None if cancellable_until is None else cancellable_until.isoformat().replace("+00:00", "Z")
        super().__init__(message, details=[{"status": status, "cancellableUntil": until}])
