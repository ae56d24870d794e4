"""The company that the running code works for, and perhaps the member to whose own records it is limited.

Without a company, no company's rows can be queried.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from bigledger_crm.tenancy.models import Company

_current: ContextVar[UUID | None] = ContextVar("company_scope", default=None)
_owner: ContextVar[UUID | None] = ContextVar("record_owner", default=None)


class CompanyScopeError(RuntimeError):
    """A company's rows were asked for outside `company_scope`, or with another company inside it."""


@contextmanager
def company_scope(company: "Company | UUID", *, owner: UUID | None = None) -> Iterator[None]:
    """Works for one company; with an `owner`, sees nothing but the records of that member.

    A scope inside another one keeps the owner of that.  Raises CompanyScopeError for None, and for a second company
    inside a first.
    """
    if company is None:
        raise CompanyScopeError("company_scope needs a company, not None")
    company_id = company if isinstance(company, UUID) else company.pk
    outer = _current.get()
    if outer is not None and outer != company_id:
        raise CompanyScopeError("company_scope is open for another company already")
    token = _current.set(company_id)
    owner_token = _owner.set(owner or (_owner.get() if outer is not None else None))
    try:
        yield
    finally:
        _owner.reset(owner_token)
        _current.reset(token)


@contextmanager
def whole_company() -> Iterator[None]:
    """Sees the records of all owners: for locks, numbers, limits and sums that must be right; never to show them."""
    token = _owner.set(None)
    try:
        yield
    finally:
        _owner.reset(token)


def scoped_company_id() -> UUID | None:
    """The company of the open scope, if one is open."""
    return _current.get()


def current_company_id() -> UUID:
    """The company of the open scope.  Raises CompanyScopeError without one."""
    company_id = _current.get()
    if company_id is None:
        raise CompanyScopeError("A company's rows were queried outside company_scope")
    return company_id


def scoped_owner() -> UUID | None:
    """The member to whose own records the open scope is limited; None where it sees those of all."""
    return _owner.get()


def present_scope() -> Callable[[], AbstractContextManager[None]]:
    """Opens the scope of now once more, later: for what is read after the page is gone."""
    company_id, owner = current_company_id(), scoped_owner()
    return lambda: company_scope(company_id, owner=owner)
