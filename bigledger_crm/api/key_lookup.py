"""Finds the key of a request with its company, in one query that the ORM takes no part in.

The key is read for each request.  Of the company, which has four times as many columns, only the version is: its row
is built once by each process, and used again while PostgreSQL says that it is the same.  So whatever is committed
anywhere, such as a revocation, other scopes or settings, counts for the next request of every process.
docs/decisions/0021-companies-by-version.md says why this is no cache with an age.
"""

import pickle
from uuid import UUID

from django.db import connection

from bigledger_crm.kernel import clock
from bigledger_crm.kernel.kept_values import KeptValues
from bigledger_crm.tenancy.models import ApiKey, Company
from bigledger_crm.tenancy.services import hash_key

_COLUMNS = [field.attname for field in ApiKey._meta.concrete_fields]
# Where a row is, and the transaction that wrote it there: no two versions of a row have both in common.
_FIND = """
SELECT {columns}, company.ctid::text || ' ' || company.xmin::text
FROM tenancy_apikey_companies joined
JOIN tenancy_apikey key ON key.id = joined.apikey_id
JOIN tenancy_company company ON company.id = joined.company_id
WHERE key.hash = %s AND company.id = %s AND company.is_active
""".replace("{columns}", ", ".join(f"key.{column}" for column in _COLUMNS))
# Pickled, since each request needs one of its own: a service may change its company, and be rolled back.
_companies: KeptValues[UUID, str, bytes] = KeptValues(1000)


def key_and_company(text: str, company_id: UUID | None) -> tuple[ApiKey | None, Company | None]:
    """The key with this text, revoked or expired as it may be, and its active company with this id.

    One query where the key may be used for the company, as nearly always, and one more where the company has changed.
    """
    hashed = hash_key(text)
    if company_id:
        with connection.cursor() as cursor:
            cursor.execute(_FIND, [hashed, company_id])
            row = cursor.fetchone()
        if row is not None and (company := _company(company_id, row[-1])):
            return ApiKey.from_db(connection.alias, _COLUMNS, row[:-1]), company
    key = ApiKey.objects.filter(hash=hashed).first()
    return (key, None) if key else _rotated_key(hashed, company_id)


def _company(company_id: UUID, version: str) -> Company | None:
    """The company as it is in this version, or in a newer one; None where that is inactive."""
    if kept := _companies.get(company_id, version):
        company: Company = pickle.loads(kept)  # noqa: S301  this process made it
        return company
    found = Company.objects.filter(pk=company_id, is_active=True).first()
    if found is not None:  # what was committed since is newer than its version, and is read again next time
        _companies.keep(company_id, version, pickle.dumps(found))
    return found


def _rotated_key(hashed: str, company_id: UUID | None) -> tuple[ApiKey | None, Company | None]:
    """As `key_and_company`, of a key that has another text by now, while the old one still works."""
    key = ApiKey.objects.filter(previous_hash=hashed, previous_expires_at__gt=clock.now()).first()
    company = key.companies.filter(pk=company_id, is_active=True).first() if key else None
    return key, company
