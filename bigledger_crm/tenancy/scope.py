"""The company that the running code works for.  Without one, no company's rows can be queried."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from bigledger_crm.tenancy.models import Company

_current: ContextVar[UUID | None] = ContextVar("company_scope", default=None)


class CompanyScopeError(RuntimeError):
    """A company's rows were asked for outside `company_scope`, or with another company inside it."""


@contextmanager
def company_scope(company: "Company | UUID") -> Iterator[None]:
    """Works for one company.  Raises CompanyScopeError for None, and for a second company inside a first."""
    if company is None:
        raise CompanyScopeError("company_scope needs a company, not None")
    company_id = company if isinstance(company, UUID) else company.pk
    outer = _current.get()
    if outer is not None and outer != company_id:
        raise CompanyScopeError("company_scope is open for another company already")
    token = _current.set(company_id)
    try:
        yield
    finally:
        _current.reset(token)


def scoped_company_id() -> UUID | None:
    """The company of the open scope, if one is open."""
    return _current.get()


def current_company_id() -> UUID:
    """The company of the open scope.  Raises CompanyScopeError without one."""
    company_id = _current.get()
    if company_id is None:
        raise CompanyScopeError("A company's rows were queried outside company_scope")
    return company_id
