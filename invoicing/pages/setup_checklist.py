"""What a new company still has to set up: a list on Home, for who may manage settings, until all is done or skipped."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.account.models import Invitation
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import NUMBERED_KINDS, Company, Membership
from bigledger_crm.tenancy.rules import REGISTRATIONS
from bigledger_crm.tenancy.setup_steps import STEPS
from bigledger_crm.web.components import Text
from bigledger_crm.web.form_views import ActionView
from invoicing.models import EInvoiceSettings, Invoice
from invoicing.rules.einvoice_settings import MALAYSIA
from sales.models import Item
from sales.services import skip_setup_steps

ALL = "all"


@dataclass(frozen=True)
class Step:
    """One thing to do: where, and whether it is done."""

    name: str
    label: Text
    about: Text
    href: str
    is_done: bool


def checklist(actor: Actor) -> list[Step]:
    """The steps that were not skipped; empty when none is left to do, or when they are somebody else's business."""
    skipped = set(actor.company.setup_skipped)
    if not actor.may("settings", "manage") or skipped.issuperset(STEPS):
        return []
    steps = [step for step in _steps(actor) if step.name not in skipped]
    return [] if all(step.is_done for step in steps) else steps


def _steps(actor: Actor) -> list[Step]:
    company, (has_item, has_colleague, has_issued, has_einvoices) = actor.company, _facts(actor)
    usual, patterns = Company(), [f"{kind}_number_pattern" for kind in NUMBERED_KINDS]
    has_own_patterns = any(getattr(company, name) != getattr(usual, name) for name in patterns)
    has_details = bool(company.address and any(getattr(company, name) for name in REGISTRATIONS))
    company_page = reverse("sales:company")
    return [
        Step("details", _("Company details"), _("Address and registrations"), company_page, has_details),
        Step("bank", _("Bank details"), _("Where customers pay to"), company_page, bool(company.bank_details)),
        Step("logo", _("Logo"), _("At the top of every document"), company_page, bool(company.logo)),
        Step(
            "numbers",
            _("Numbering"),
            _("How quotes, orders and invoices count"),
            reverse("invoicing:numbering"),
            has_own_patterns or has_issued,
        ),
        Step("taxes", _("Taxes"), _("Your tax codes and their rates"), reverse("sales:tax-codes"), has_issued),
        Step(
            "colleague", _("Colleagues"), _("Invite those who sell and bill"), reverse("pages:members"), has_colleague
        ),
        Step("item", _("First item"), _("What you sell, with its price"), reverse("sales:new-item"), has_item),
        *([_einvoices(has_einvoices)] if company.country == MALAYSIA else []),
    ]


def _einvoices(is_done: bool) -> Step:
    about = _("Connect to LHDN’s MyInvois, if you have to report invoices")
    return Step("einvoices", _("E-invoices"), about, reverse("invoicing:einvoice-settings"), is_done)


def _facts(actor: Actor) -> tuple[bool, bool, bool, bool]:
    """Whether there is an item, a colleague or an invitation, an issued invoice, and e-invoices are on."""
    own = Q(company=OuterRef("pk"))
    found = Company.objects.annotate(
        has_item=Exists(Item.objects.all()),
        has_colleague=Exists(Membership.objects.filter(own).exclude(user__email=actor.email)),
        has_invited=Exists(Invitation.objects.filter(own)),
        has_issued=Exists(Invoice.objects.filter(status="sent")),
        has_einvoices=Exists(EInvoiceSettings.objects.exclude(environment="")),
    ).values("has_item", "has_colleague", "has_invited", "has_issued", "has_einvoices")
    facts = found.get(pk=actor.company.pk)
    has_colleague = facts["has_colleague"] or facts["has_invited"]
    return facts["has_item"], has_colleague, facts["has_issued"], facts["has_einvoices"]


class SetupStepSkipView(ActionView):
    """Takes a step, or all of them, off the list; its page stays in Settings."""

    resource = "settings"
    verb = "manage"

    def act(self, public_id: str) -> str:
        """Back to Home."""
        wanted = self.request.POST.get("step", "")
        skip_setup_steps(self.actor, STEPS if wanted == ALL else [wanted])
        return self.back(public_id)

    def back(self, public_id: str) -> str:
        """Home."""
        return reverse("invoicing:home")
