"""The company that an operator has chosen in the admin: kept in the session, and what lists show is of it alone."""

from uuid import UUID

from django.http import HttpRequest

from bigledger_crm.tenancy.models import Company

SESSION_KEY = "admin_company"
_NOT_ASKED = object()


def choose_company(request: HttpRequest, company: Company | None) -> None:
    """From now on the admin shows this company; None for all of them."""
    if company is None:
        request.session.pop(SESSION_KEY, None)
    else:
        request.session[SESSION_KEY] = str(company.pk)
    vars(request)["_admin_company"] = company


def chosen_company(request: HttpRequest) -> Company | None:
    """The company of this session, read once for each request; None where all of them are shown."""
    known = vars(request).get("_admin_company", _NOT_ASKED)
    if known is _NOT_ASKED:
        key = request.session.get(SESSION_KEY)
        known = vars(request)["_admin_company"] = Company.objects.filter(pk=UUID(key)).first() if key else None
    return known  # type: ignore[no-any-return]
