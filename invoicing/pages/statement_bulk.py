"""Emailing statements of account to several customers of the list at once."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web import formatting
from bigledger_crm.web.lists import BulkAction
from customers.models import Customer
from customers.queries import addresses_by_customer
from invoicing.pages.statements import PERIODS, span_of
from invoicing.services import send_statement
from sales.services import EmailOptions


class StatementPeriodForm(forms.Form):
    """Which days the statements cover."""

    period = forms.ChoiceField(label=gettext_lazy("Period"), choices=list(PERIODS.items()), initial="last_365_days")


def _send(actor: Actor, customer: Customer, values: Mapping[str, Any]) -> str:
    span = span_of(values["period"], actor.today())
    balance, email = send_statement(actor, customer, span, EmailOptions(can_be_taken_back=True))
    return _("To %(receivers)s, balance %(balance)s") % {
        "receivers": ", ".join(email.to),
        "balance": formatting.amount_with_currency(balance, customer.currency),
    }


def _receivers(_actor: Actor, customers: Sequence[Customer]) -> Callable[[Customer], str]:
    found = addresses_by_customer({customer.pk for customer in customers}, "statements")
    return lambda customer: ", ".join(found[customer.pk])


def _obstacles(actor: Actor, customers: Sequence[Customer]) -> Callable[[Customer], str]:
    receivers = _receivers(actor, customers)
    return lambda customer: "" if receivers(customer) else _("no email address")


def _sent(count: int) -> str:
    return ngettext("%(count)s statement sent", "%(count)s statements sent", count) % {"count": count}


def _not_sent(count: int) -> str:
    return ngettext("%(count)s statement not sent", "%(count)s statements not sent", count) % {"count": count}


def _send_so_many(count: int) -> str:
    return ngettext("Send %(count)s statement", "Send %(count)s statements", count) % {"count": count}


SEND_STATEMENTS = BulkAction(
    "send-statement",
    gettext_lazy("Send statement"),
    gettext_lazy("Each customer is emailed a statement of account as a PDF, with the text of the email template."),
    "customers",
    _send,
    _sent,
    _not_sent,
    _obstacles,
    _receivers,
    gettext_lazy("To"),
    StatementPeriodForm,
    icon="send",
    submit=_send_so_many,
)
