"""Second factors: what django-allauth keeps of them, and who must have one."""

import ipaddress

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _

from bigledger_crm.account.emails import queue_to_person
from bigledger_crm.account.sessions import end_sessions
from bigledger_crm.tenancy.encryption import decrypt, encrypt
from bigledger_crm.tenancy.models import User
from bigledger_crm.tenancy.security import Author, record

_PURPOSE = "second-factor"


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets are encrypted in the database, and keys have names that people recognise."""

    def encrypt(self, text: str) -> str:
        """With SECRET_KEY: a copy of the database alone makes no codes."""
        return encrypt(_PURPOSE, text)

    def decrypt(self, encrypted_text: str) -> str:
        """The secret itself."""
        return decrypt(_PURPOSE, encrypted_text)

    def generate_authenticator_name(self, user: User, type: str) -> str:
        """`Passkey`, `Passkey 2` …"""
        known = Authenticator.objects.filter(user=user, type=type).count()
        return _("Passkey") if not known else _("Passkey %(number)s") % {"number": known + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the host name that people use."""
        return {"id": _host(), "name": "BigLedger CRM"}


@transaction.atomic
def remove_second_factor(user: User, by: Author) -> bool:
    """Removes all of a person's second factors and ends their sessions; tells whether there were any."""
    if not Authenticator.objects.filter(user=user).delete()[0]:
        return False
    end_sessions(user)
    record("security.second_factor_removed", by, subject=user.email)
    queue_to_person("second_factor_removed", user)
    return True


def passkeys_possible() -> bool:
    """Whether browsers allow passkeys here: by https under a name, or on localhost; never under a number."""
    host = _host()
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return context.request.is_secure() or host == "localhost"
    return False


def _host() -> str:
    host: str = context.request.get_host()
    return host.rpartition(":")[0].strip("[]") if ":" in host.rpartition("]")[2] else host.strip("[]")
