"""Setting up a new installation: its first company, and the owner."""

from django.db import connection, transaction

from bigledger_crm.kernel.errors import Conflict, InvalidData, field_error
from bigledger_crm.tenancy import setup_link
from bigledger_crm.tenancy.members import save_member
from bigledger_crm.tenancy.models import Membership, User
from bigledger_crm.tenancy.security import Author
from sales.services.companies import open_company


class SetUpAlready(Conflict):
    """There is a company already."""

    code = "SET_UP_ALREADY"


@transaction.atomic
def set_up(
    *,
    owner_name: str,
    email: str,
    password: str,
    company: str,
    country: str,
    currency: str,
    time_zone: str,
    address: str,
) -> User:
    """The first company and its owner, who has `email` and `password`; `address` is the network address of who does it.

    Of several at once, one succeeds.  Raises SetUpAlready, InvalidData with every failing field.
    """
    with connection.cursor() as cursor:  # nobody else opens a company until this is committed
        cursor.execute("LOCK TABLE tenancy_company IN SHARE ROW EXCLUSIVE MODE")
    if not setup_link.is_new():
        raise SetUpAlready("This installation is set up already: sign in, or ask for an invitation")
    if User.objects.filter(email=email).exists():
        raise InvalidData("Company", field_error("email", "Somebody with this email address has an account already"))
    opened = open_company(company, country=country, currency=currency, time_zone=time_zone)
    user = User.objects.create_user(email, password, name=owner_name)
    by = Author(user.public_id, user.email, address)
    save_member(Membership(company=opened, user=user, role="owner"), by)
    return user
