"""What the pages of quotes, orders and invoices have in common."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.custom_fields.kinds import object_type_of
from bigledger_crm.custom_fields.pages.values import value_details
from bigledger_crm.custom_fields.queries import fields_for
from bigledger_crm.kernel import ids
from bigledger_crm.tenancy.own_records import may_see
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Action, DetailField, StatusBadge, Text, Total
from bigledger_crm.web.notes_and_files import NOTES_AND_FILES_PARTIALS, Annotatable
from bigledger_crm.web.owners import owner_button, owner_fact
from bigledger_crm.web.timeline import email_problem, timeline
from bigledger_crm.web.views import CompanyView
from customers.models import Customer
from sales.models import DocumentLine, OwnedDocument, SaleDocument
from sales.pages.extensions import document_pages
from sales.pages.totals import total_rows
from sales.pricing import summarise_taxes


class DocumentView(CompanyView):
    """A document: facts, lines and totals, what happened and what is next."""

    template: ClassVar[str] = "sales/document.html"
    partials = NOTES_AND_FILES_PARTIALS
    added: ClassVar[Annotatable | None] = None
    owner_page: ClassVar[str] = ""  # the name of the URL that changes the owner

    def show(
        self,
        document: SaleDocument,
        lines: Sequence[DocumentLine],
        *,
        number: str,
        badge: StatusBadge,
        details: Sequence[DetailField],
        actions: Sequence[Action],
        totals: Sequence[Total],
        **more: Any,
    ) -> HttpResponse:
        """The page of a document."""
        sale_of = document_pages().sale
        return self.page(
            self.template,
            title=number,
            badge=badge,
            document=document,
            lines=lines,
            has_discounts=any(line.discount_percent or line.discount_amount for line in lines),
            has_taxes=any(line.tax_code for line in lines),
            details=[*party_facts(document), *details, *self._custom_fields(document), *text_facts(document)],
            actions=[*self._owner_button(document), *actions],
            totals=totals,
            sale=sale_of(document, self.actor) if sale_of else None,
            timeline=timeline(self.request, document.pk),
            email_problem=email_problem(self.actor, document.pk),
            **(self.added.context_for(self.actor, document) if self.added else {}),
            **more,
        )

    def _custom_fields(self, document: SaleDocument) -> Sequence[DetailField]:
        if not isinstance(document, OwnedDocument):
            return ()
        declared = fields_for(self.actor, object_type_of(type(document)))
        return value_details(declared, document.custom_fields, self.actor.company.currency)

    def _owner_button(self, document: SaleDocument) -> list[Action]:
        if not self.owner_page:
            return []
        return owner_button(self.actor, reverse(self.owner_page, args=[document.public_id]))


def party_facts(document: SaleDocument) -> list[DetailField]:
    """Whom the document is for; the shipping address only where it is another."""
    page = ""
    if may_see(Customer, document.customer_id):
        page = reverse("customers:detail", args=[ids.encode(Customer.PREFIX, document.customer_id)])
    facts = [
        DetailField(_("Customer"), document.customer_name, href=page),
        DetailField(_("Billing address"), "\n".join(formatting.address_lines(document.billing_address))),
    ]
    if document.shipping_address and document.shipping_address != document.billing_address:
        facts.append(DetailField(_("Shipping address"), "\n".join(formatting.address_lines(document.shipping_address))))
    if isinstance(document, OwnedDocument):
        facts.append(owner_fact(document))
    return facts


def headline(document: SaleDocument, title: str = "", amount: Text = "") -> str:
    """Whom and how much, in one line under the number."""
    total = amount or formatting.amount_with_currency(document.total, document.currency)
    return " · ".join(filter(None, [title, document.customer_name, str(total)]))


def text_facts(document: SaleDocument) -> list[DetailField]:
    """The longer texts, where there are any."""
    texts = ((_("Notes"), document.notes), (_("Terms"), document.terms))
    return [DetailField(label, text, wide=True) for label, text in texts if text]


def totals_of(document: SaleDocument, lines: Sequence[DocumentLine]) -> list[Total]:
    """The totals block of a document, in its currency."""
    taxes = summarise_taxes([(line.tax_code, line.tax_rate, line.line_total, line.tax_amount) for line in lines])
    return total_rows(document, taxes, document.currency, document.prices_include_tax)
