"""Finding companies."""

from bigledger_crm.kernel.errors import Conflict, NotFound
from bigledger_crm.tenancy.models import Company, company_by_public_id


class CompanyNameAmbiguous(Conflict):
    """Several companies have the name that was given."""

    code = "COMPANY_NAME_AMBIGUOUS"


def company_by_name_or_id(text: str) -> Company:
    """The company with a `comp_…` id or, without regard to case, a name.  Raises NotFound, CompanyNameAmbiguous."""
    pk = company_by_public_id(text)
    found = list(Company.objects.filter(pk=pk) if pk else Company.objects.filter(name__iexact=text).order_by("pk"))
    if not found:
        raise NotFound("Company", text)
    if len(found) > 1:
        known = ", ".join(company.public_id for company in found)
        raise CompanyNameAmbiguous(f"Several companies are called '{text}'; give one of their ids: {known}")
    return found[0]
