"""Custom fields on the PDFs of documents."""

from decimal import Decimal
from typing import Any

from bigledger_crm.custom_fields.kinds import object_type_of
from bigledger_crm.custom_fields.queries import declared_fields
from bigledger_crm.custom_fields.rules import Field, is_empty, value_fits
from bigledger_crm.documents.formatting import amount, day
from bigledger_crm.documents.translations import translate
from bigledger_crm.kernel import ids
from bigledger_crm.kernel.money import plain_amount, plain_number
from bigledger_crm.tenancy.models import Company, User


def printed_fields(company: Company, document: Any, language: str) -> list[dict[str, str]]:
    """What the PDF of a document in a language shows of its custom fields, as `label` and `value`.

    Amounts are in the company's currency; a value that isn't right for its field isn't shown.
    """
    declared = declared_fields(company, object_type_of(type(document)))
    shown = [(field, document.custom_fields.get(field.key)) for field in declared.present if field.show_on_paper]
    return [
        {"label": field.label, "value": _printed(field, value, company.currency, language)}
        for field, value in shown
        if not is_empty(value) and value_fits(field, value)
    ]


def _printed(field: Field, value: Any, currency: str, language: str) -> str:
    match field.type:
        case "number":
            return amount(plain_number(Decimal(value)))
        case "money":
            return f"{currency} {amount(plain_amount(Decimal(value), currency))}"
        case "yes_no":
            return translate("Yes" if value else "No", language)
        case "date":
            return day(value, language)
        case "choices":
            return ", ".join(value)
        case "person":
            return next(map(str, User.objects.filter(pk__in=filter(None, [ids.decode(User.PREFIX, value)]))), "")
    return str(value)
