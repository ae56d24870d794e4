"""Where a document stands with LHDN, what happens next, and what can be done about it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.kernel import clock
from bigledger_crm.kernel.text import sentence
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import scoped_owner, whole_company
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Action, DetailField, StatusBadge, Text
from invoicing.models import EInvoice, EInvoiceSettings, Invoice
from invoicing.pages.einvoice_labels import EINVOICE_STATES, NOT_SUBMITTED, time_left
from invoicing.pages.einvoice_problems import ProblemGroup, found_by_lhdn, problem_groups
from invoicing.queries.einvoice_settings import settings_of
from invoicing.queries.einvoices import Document, is_to_consolidate, is_to_report, latest_einvoice, validation_url
from invoicing.rules.einvoice_settings import MALAYSIA
from invoicing.rules.einvoices import deadline
from invoicing.services import why_not_cancellable

# While something is about to happen the panel asks every few seconds, and later every half minute.
_SOON, _LATER = 3, 30
_RECENTLY = timedelta(minutes=2)


@dataclass(frozen=True)
class EInvoicePanel:
    """What the panel shows.  `text` says what happens next, `note` what is in the way, `request` what the buyer wants.

    `link` is LHDN's public page; after `refresh` seconds the panel is drawn anew, 0 for never.
    """

    badge: StatusBadge
    page: str
    text: Text = ""
    note: Text = ""
    request: Text = ""
    details: Sequence[DetailField] = ()
    groups: Sequence[ProblemGroup] = ()
    actions: Sequence[Action] = ()
    link: str = ""
    is_simulator: bool = False
    is_live: bool = False
    refresh: int = 0

    @property
    def known(self) -> list[DetailField]:
        """The details that there are."""
        return [detail for detail in self.details if detail.is_known]

    @property
    def has_page_button(self) -> bool:
        """Whether one of the actions leads to the page about the e-invoice."""
        return any(action.href == self.page for action in self.actions)


def einvoice_href(document: Document) -> str:
    """The page about the e-invoices of a document."""
    name = "invoice-einvoice" if isinstance(document, Invoice) else "credit-note-einvoice"
    return reverse(f"invoicing:{name}", args=[document.public_id])


def panel_of(document: Document, actor: Actor, *, to_correct: bool | None = None) -> EInvoicePanel | None:
    """The panel; None where nothing is reported and nothing was.

    On the page about the e-invoice it is known whether there is something `to_correct`: then nothing can be submitted.
    """
    if actor.company.country != MALAYSIA or not actor.may("einvoices", "read"):
        return None
    with whole_company():  # a consolidated one is nobody's own
        einvoice = latest_einvoice(document)
    if einvoice is not None:
        panel = _of_einvoice(einvoice, document, actor)
    else:
        found = settings_of(actor.company)
        if found is None or not is_to_report(document, found):
            return None
        panel = _unsubmitted(document, actor, found)
    if to_correct is None:
        return panel
    hidden = {panel.page} | ({_submit_href(document)} if to_correct else set())
    actions = [action for action in panel.actions if action.href not in hidden]
    if any(problem.path[0] == "buyer" for group in panel.groups for problem in group.problems):
        actions = [replace(action, primary=False) for action in actions]  # the form for it comes first
    return replace(panel, actions=actions)


def _unsubmitted(document: Document, actor: Actor, found: EInvoiceSettings) -> EInvoicePanel:
    page, is_simulator = einvoice_href(document), found.environment == "simulator"
    check = Action(_("Check"), page, icon="file-check")
    if isinstance(document, Invoice) and document.status == "draft":
        text = _("It is reported to LHDN after the invoice has been issued.")
        return EInvoicePanel(NOT_SUBMITTED, page, text, actions=[check], is_simulator=is_simulator)
    if isinstance(document, Invoice) and is_to_consolidate(document, found):
        text = _("The customer asks for no e-invoice: it is reported with the month’s other sales to consumers.")
        submit = _submit(document, actor, _("Submit on its own"), primary=False)
    else:
        text = {
            "on_issue": _("It is submitted by itself once nothing is left to correct. Check what that is."),
            "daily": _("It is submitted by itself after its day, once nothing is left to correct."),
        }.get(found.submit_when, _("LHDN does not have it yet."))
        submit = _submit(document, actor, _("Submit e-invoice"))
    return EInvoicePanel(NOT_SUBMITTED, page, text, actions=[check, *submit], is_simulator=is_simulator)


def _submit(document: Document, actor: Actor, label: str, *, primary: bool = True) -> list[Action]:
    if not actor.may("einvoices", "write"):
        return []
    return [Action(label, _submit_href(document), post=True, primary=primary, icon="send")]


def _submit_href(document: Document) -> str:
    name = "submit-invoice" if isinstance(document, Invoice) else "submit-credit-note"
    return reverse(f"invoicing:{name}", args=[document.public_id])


def _of_einvoice(einvoice: EInvoice, document: Document, actor: Actor) -> EInvoicePanel:
    panel = EInvoicePanel(
        EINVOICE_STATES[einvoice.status],
        einvoice_href(document),
        details=einvoice_facts(einvoice),
        link=validation_url(einvoice.environment, einvoice.uuid, einvoice.long_id),
        is_simulator=einvoice.environment == "simulator",
        is_live=einvoice.is_live,
        refresh=_refresh(einvoice),
    )
    if einvoice.is_consolidated:
        return _of_consolidated(panel, einvoice)
    panel = replace(panel, text=_what_is_next(einvoice, document))
    if einvoice.is_live:
        return _with_cancellation(panel, einvoice, document, actor)
    if einvoice.status == "rejected":
        panel = replace(panel, groups=problem_groups(document, actor, found_by_lhdn(einvoice)))
    if not is_to_report(document, settings_of(actor.company)):
        return panel
    return replace(panel, actions=_submit(document, actor, _("Submit again")))


def _of_consolidated(panel: EInvoicePanel, einvoice: EInvoice) -> EInvoicePanel:
    number = DetailField(
        _("Consolidated e-invoice"),
        einvoice.number,
        href=reverse("invoicing:einvoice", args=[einvoice.public_id]) if scoped_owner() is None else "",
    )
    return replace(panel, details=[number, *panel.details], text=_("It is reported together with others of its month."))


def _what_is_next(einvoice: EInvoice, document: Document) -> Text:
    if einvoice.status == "pending":
        return _while_pending(einvoice)
    if einvoice.status == "submitted":
        return _("LHDN is checking it, which usually takes seconds.")
    if einvoice.status == "rejected":
        return _("LHDN rejected it. Correct the following and submit it again.")
    if einvoice.status == "cancelled":
        return _when_cancelled(einvoice, document)
    if einvoice.cancel_requested_at is None:
        return ""
    if isinstance(document, Invoice):
        return _("LHDN has been asked to cancel it. The invoice is cancelled once LHDN has done so.")
    return _("LHDN has been asked to cancel it.")


def _while_pending(einvoice: EInvoice) -> Text:
    if einvoice.last_error and einvoice.next_attempt_at is not None:
        words = {"why": sentence(einvoice.last_error), "time": formatting.moment(einvoice.next_attempt_at)}
        return _("It could not be sent yet: %(why)s The next attempt is on %(time)s.") % words
    if einvoice.sent_at is not None and clock.now() - einvoice.sent_at > _RECENTLY:
        return _("It was sent, but LHDN’s answer was lost. It is being found out whether LHDN has it.")
    return _("It is about to be sent to LHDN.")


def _when_cancelled(einvoice: EInvoice, document: Document) -> Text:
    if not einvoice.uuid:
        return _("It was withdrawn before it was sent.")
    if isinstance(document, Invoice) and document.status == "sent":
        return _("It was cancelled at LHDN. The invoice is still issued: cancel it too, or submit it again.")
    return _("It was cancelled at LHDN.")


def einvoice_facts(einvoice: EInvoice) -> list[DetailField]:
    """LHDN's number and the times."""
    facts = [DetailField(_("LHDN’s number"), einvoice.uuid)]
    if einvoice.accepted_at is not None:
        facts.append(DetailField(_("Accepted"), formatting.moment(einvoice.accepted_at)))
    else:
        facts.append(DetailField(_("Submitted"), formatting.moment(einvoice.submitted_at)))
    facts += [
        DetailField(_("Rejected"), formatting.moment(einvoice.rejected_at)),
        DetailField(_("Cancelled"), formatting.moment(einvoice.cancelled_at)),
        DetailField(_("Reason"), einvoice.cancel_reason),
    ]
    return facts


def _with_cancellation(panel: EInvoicePanel, einvoice: EInvoice, document: Document, actor: Actor) -> EInvoicePanel:
    """What the buyer asked for, and the button that cancels; or why there is none."""
    may, why = may_be_cancelled(einvoice, document)
    panel = replace(panel, note=why, request=_wish_of_buyer(einvoice, may=may))
    if einvoice.status == "accepted" and einvoice.last_error and einvoice.cancel_requested_at is None:
        failed = _("It could not be cancelled: %(why)s") % {"why": sentence(einvoice.last_error)}
        panel = replace(panel, note=" ".join(filter(None, [failed, str(why)])))
    if may and (until := deadline(einvoice.status, einvoice.accepted_at)) is not None:
        time = f"{formatting.moment(until)} · {time_left(until, clock.now())}"
        panel = replace(panel, details=[*panel.details, DetailField(_("Can be cancelled at LHDN until"), time)])
    if not may or not actor.may("einvoices", "cancel"):
        return panel
    href = reverse("invoicing:cancel-einvoice", args=[einvoice.public_id])
    label = _("Cancel e-invoice") if einvoice.status == "accepted" else _("Withdraw")
    return replace(panel, actions=[Action(label, href, danger=True, dialog=True, icon="ban")])


def _wish_of_buyer(einvoice: EInvoice, *, may: bool) -> Text:
    if einvoice.rejection_requested_at is None or einvoice.cancel_requested_at is not None:
        return ""
    words = {"reason": einvoice.rejection_reason}
    if not may:
        return _("The buyer asked for this e-invoice to be cancelled: “%(reason)s”") % words
    return _("The buyer asks you to cancel this e-invoice: “%(reason)s”. Otherwise it stays valid.") % words


def may_be_cancelled(einvoice: EInvoice, document: Document | None) -> tuple[bool, Text]:
    """Whether an e-invoice can be cancelled or withdrawn now, and why not where that isn't plain from its status."""
    if einvoice.status == "pending":
        return einvoice.sent_at is None, ""
    if einvoice.status != "accepted" or einvoice.cancel_requested_at is not None:
        return False, ""
    until = deadline(einvoice.status, einvoice.accepted_at)
    if until is not None and clock.now() > until:
        return False, _("The 72 hours in which LHDN cancels are over: a credit note corrects it.")
    if isinstance(document, Invoice) and _is_settled(document):
        return False, _("The invoice has payments or credits, so it can no longer be cancelled: credit the rest.")
    if why_not_cancellable(einvoice):
        return False, _("A credit note corrects it, so it can no longer be cancelled.")
    return True, ""


def _is_settled(invoice: Invoice) -> bool:
    return bool(invoice.amount_paid or invoice.amount_credited or invoice.amount_written_off)


def _refresh(einvoice: EInvoice) -> int:
    waits = einvoice.status in ("pending", "submitted") or (
        einvoice.status == "accepted" and einvoice.cancel_requested_at is not None
    )
    if not waits:
        return 0
    return _SOON if clock.now() - einvoice.updated_at < _RECENTLY else _LATER
