"""What LHDN would reject, or has rejected, by the record on which it is corrected."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import Path
from bigledger_crm.tenancy.actor import Actor
from customers.models import Customer
from invoicing.einvoice.problem import Problem
from invoicing.models import CreditNoteLine, EInvoice, Invoice, InvoiceLine
from invoicing.queries.einvoices import Document
from sales.models import Item, TaxCode

_Line = InvoiceLine | CreditNoteLine
_LINE = re.compile(r"(?:invoice|creditnote|debitnote)line(?:\[(\d+)\])?")


@dataclass(frozen=True)
class ShownProblem:
    """Something to correct, at a path of the e-invoice's facts; of LHDN its code and its page about it."""

    path: Path
    message: str
    code: str = ""
    link: str = ""


@dataclass(frozen=True)
class ProblemGroup:
    """What is wrong with a record; `href` leads to its form, for who may change it."""

    heading: str
    href: str
    problems: Sequence[ShownProblem]


def found_by_check(problems: Sequence[Problem]) -> list[ShownProblem]:
    """What the check before sending finds."""
    return [ShownProblem(one.path, one.message) for one in problems]


def found_by_lhdn(einvoice: EInvoice) -> list[ShownProblem]:
    """Why LHDN rejected an e-invoice."""
    return [
        ShownProblem(_place(error), error.get("message", ""), error.get("code", ""), error.get("link", ""))
        for error in einvoice.errors
    ]


def problem_groups(document: Document, actor: Actor, problems: Sequence[ShownProblem]) -> list[ProblemGroup]:
    """Company, customer, lines, the rest, each with its page."""
    if not problems:
        return []
    may, own = actor.may, _own_page(document, actor)
    customer = reverse("customers:edit", args=[ids.encode(Customer.PREFIX, document.customer_id)])
    company = reverse("sales:company") if may("settings", "manage") else ""
    signing = reverse("invoicing:einvoice-settings") if may("settings", "manage") else ""
    kind = _("Invoice") if isinstance(document, Invoice) else _("Credit note")
    others = [one for one in problems if one.path[0] not in ("supplier", "buyer", "lines", "signature")]
    groups = [
        ProblemGroup(_("Your company"), company, _of("supplier", problems)),
        ProblemGroup(document.customer_name, customer if may("customers", "write") else "", _of("buyer", problems)),
        *_line_groups(document, actor, _of("lines", problems), own),
        ProblemGroup(_("Certificate"), signing, _of("signature", problems)),
        ProblemGroup(kind, own, others),
    ]
    return [group for group in groups if group.problems]


def _of(part: str, problems: Sequence[ShownProblem]) -> list[ShownProblem]:
    return [one for one in problems if one.path[0] == part]


def _own_page(document: Document, actor: Actor) -> str:
    """The editor of a draft: what was issued stays as it is."""
    if isinstance(document, Invoice) and document.status == "draft" and actor.may("invoices", "write"):
        return reverse("invoicing:invoice-edit", args=[document.public_id])
    return ""


def _line_groups(
    document: Document, actor: Actor, problems: Sequence[ShownProblem], own: str
) -> Iterator[ProblemGroup]:
    """What is wrong with a line is corrected at its tax code, its item or itself."""
    if not problems:
        return
    tax_codes = dict(TaxCode.objects.values_list("code", "pk"))
    for index, line in enumerate(_lines_of(document)):
        heading = _("Line %(position)s: %(text)s") % {"position": line.position, "text": line.description[:80]}
        at: dict[str, list[ShownProblem]] = {}
        for problem in problems:
            if problem.path[1:2] == (index,):
                at.setdefault(_page_of(problem, line, actor, tax_codes, own), []).append(problem)
        yield from (ProblemGroup(heading, href, found) for href, found in at.items())
    yield ProblemGroup(_("Lines"), own, [one for one in problems if len(one.path) == 1])


def _lines_of(document: Document) -> Sequence[_Line]:
    lines: Any = document.lines
    return list(lines.order_by("position"))


def _page_of(problem: ShownProblem, line: _Line, actor: Actor, tax_codes: Mapping[str, Any], own: str) -> str:
    part = problem.path[2] if len(problem.path) > 2 else ""
    if part == "tax" and line.tax_code in tax_codes:
        href = reverse("sales:tax-code", args=[ids.encode(TaxCode.PREFIX, tax_codes[line.tax_code])])
        return href if actor.may("tax-codes", "write") else ""
    if part == "classification" and line.item_id is not None:
        href = reverse("sales:item", args=[ids.encode(Item.PREFIX, line.item_id)])
        return href if actor.may("items", "write") else ""
    return own


def _place(error: Mapping[str, str]) -> Path:
    """Where LHDN's names of a place are in our facts."""
    field = error.get("field", "").lower()
    if "accountingsupplierparty" in field:
        return ("supplier",)
    if "accountingcustomerparty" in field:
        return ("buyer",)
    if found := _LINE.search(field):
        part = "tax" if "tax" in field else "classification" if "classification" in field else "description"
        return ("lines", int(found[1]), part) if found[1] else ("lines",)
    return ("signature",) if "ublextensions" in field or "signature" in field else ("document",)
