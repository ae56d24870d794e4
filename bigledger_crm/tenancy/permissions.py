"""Who may do what: one table of rights, by role.  It guards pages, API, admin, exports, search and files alike.

A right is named as an API scope is: a resource, and what is done with it.  docs/rights.md is made from this table.
"""

from collections.abc import Collection
from typing import NamedTuple

# The letters of the table's columns.
ROLES = {"O": "owner", "M": "manager", "F": "finance", "S": "sales", "V": "viewer"}


class Right(NamedTuple):
    """One row: its name, the letters of the roles that have it, what it allows, and which scopes of API keys bring it.

    Every right can be given to a key by its own name, but the one `for_people`.
    """

    name: str
    roles: str
    text: str
    scopes: tuple[str, ...] = ()
    for_people: bool = False

    @property
    def resource(self) -> str:
        """What it is about."""
        return self.name.partition(":")[0]

    @property
    def verb(self) -> str:
        """What is done with it."""
        return self.name.partition(":")[2]


def _read(resource: str, roles: str, text: str) -> Right:
    """Reading: whoever may write may read, be it one resource or all."""
    return Right(f"{resource}:read", roles, text, (f"{resource}:write", "read", "write"))


def _write(resource: str, roles: str, text: str) -> Right:
    return Right(f"{resource}:write", roles, text, ("write",))


def _part_of_write(resource: str, verb: str, roles: str, text: str) -> Right:
    """What keys may do that write the resource, and people only by a right of its own."""
    return Right(f"{resource}:{verb}", roles, text, (f"{resource}:write", "write"))


def _safeguard(name: str, roles: str, text: str) -> Right:
    """What `customers:write` doesn't reach: it is in `write`, or given by its name."""
    return Right(name, roles, text, ("write",))


RIGHTS = (
    _read("customers", "OMFSV", "See customers, their contacts, balances and statements of account"),
    _write("customers", "OMFS ", "Add, change and delete customers and contacts; send statements"),
    Right(
        "owners:change",
        "OMFS ",
        "Choose who owns customers and documents",
        (*(f"{resource}:write" for resource in ("customers", "quotes", "sales-orders", "invoices")), "write"),
    ),
    _safeguard("customers:merge", "OMF  ", "Merge two customers into one"),
    _safeguard("customers:unblock", "OMF  ", "Let a blocked customer buy again"),
    _safeguard("credit-limit:raise", "OMF  ", "Raise or remove a customer's credit limit"),
    Right("credit-limit:override", "OMF  ", "Confirm orders and issue invoices above a credit limit"),
    Right("discounts:exceed", "OMF  ", "Give larger discounts than the company's limit"),
    _read("items", "OMFSV", "See items and their prices"),
    _write("items", "OMF  ", "Add and change items"),
    _read("tax-codes", "OMFSV", "See tax codes and their rates"),
    _write("tax-codes", "OMF  ", "Add and change tax codes"),
    _read("quotes", "OMFSV", "See quotes"),
    _write("quotes", "OMFS ", "Create, change, send and cancel quotes, and record answers to them"),
    _read("sales-orders", "OMFSV", "See sales orders and shipments"),
    _write("sales-orders", "OMFS ", "Create, change, confirm and ship sales orders"),
    _part_of_write("sales-orders", "cancel", "OMFS ", "Cancel sales orders"),
    _read("invoices", "OMFSV", "See invoices and aged receivables"),
    _write("invoices", "OMF  ", "Create, change, issue and send invoices; send reminders"),
    _part_of_write("invoices", "cancel", "OMF  ", "Cancel invoices"),
    _part_of_write("invoices", "write-off", "OMF  ", "Write off what is due on invoices, and reverse that"),
    _read("credit-notes", "OMFSV", "See credit notes"),
    _write("credit-notes", "OMF  ", "Credit invoices, and send credit notes"),
    _part_of_write("credit-notes", "goodwill", "OMF  ", "Credit customers without an invoice"),
    _read("einvoices", "OMFSV", "See e-invoices and what LHDN answered"),
    _write("einvoices", "OMF  ", "Submit e-invoices to LHDN, and consolidate them"),
    _part_of_write("einvoices", "cancel", "OMF  ", "Cancel e-invoices at LHDN, and their invoices with them"),
    _read("payments", "OMFSV", "See payments and receipts"),
    _write("payments", "OMF  ", "Record payments"),
    _part_of_write("payments", "void", "OMF  ", "Void payments"),
    _part_of_write("payments", "refund", "OMF  ", "Refund customers' credit, and void refunds"),
    _read("journal", "OMF V", "See the journal and take it over into other books"),
    _read("bank", "OMF  ", "See bank accounts, statements and bank transactions"),
    _write("bank", "OMF  ", "Add and change bank accounts, import statements, and match bank transactions"),
    _read("analytics", "OMFSV", "See sales figures, also on Home and on customers' pages; save reports for oneself"),
    _write("analytics", "OMF  ", "Share saved reports with everyone in the company, and send them to others"),
    _read("reminders", "OMFSV", "See the reminder schedule and upcoming reminders"),
    _write("reminders", "OMF  ", "Change the reminder schedule"),
    _read("imports", "OMF  ", "See imports and their rows"),
    _write("imports", "OMF  ", "Import files and undo imports, of what the role may also change by hand"),
    _read("emails", "OMFSV", "See the outbox"),
    _write("emails", "OMF  ", "Cancel, and send again, emails of all documents"),
    _read("custom-fields", "OMFSV", "See which custom fields there are"),
    _write("custom-fields", "OM   ", "Add, change, delete and restore custom fields"),
    _safeguard("custom-fields:read-all", "O    ", "See the values of custom fields that are limited to some roles"),
    _read("webhooks", "OMFSV", "See webhooks and their deliveries"),
    _write("webhooks", "OMF  ", "Add, change and delete webhooks"),
    Right("members:manage", "OM   ", "Invite people, change their roles and remove them", for_people=True),
    Right(
        "privacy:manage",
        "OM   ",
        "Export and erase data about people; say how long data is kept",
        for_people=True,
    ),
    # All that the company has is more than any other scope gives: a key gets these by name only.
    Right(
        "company-exports:read",
        "O    ",
        "See and download exports of all the company's data",
        ("company-exports:write",),
    ),
    Right("company-exports:write", "O    ", "Export all the company's data"),
    Right("settings:manage", "OM   ", "Change settings, document design and email templates", for_people=True),
    Right("api-keys:manage", "OM   ", "Create, rotate and revoke API keys", for_people=True),
    Right("audit-log:read", "OM   ", "See and export the audit log", for_people=True),
)

RESOURCES = tuple(dict.fromkeys(right.resource for right in RIGHTS if right.verb == "read" and not right.for_people))
OVERRIDE_CREDIT_LIMIT = "credit-limit:override"
EXCEED_DISCOUNTS = "discounts:exceed"
MANAGE_SETTINGS = "settings:manage"
SAFEGUARDS = ("credit-limit:raise", "customers:unblock", "customers:merge")

RIGHT_BY_NAME = {right.name: right for right in RIGHTS}
ALL_RIGHTS = frozenset(right.name for right in RIGHTS)
ROLE_PERMISSIONS: dict[str, frozenset[str]] = {
    role: frozenset(right.name for right in RIGHTS if letter in right.roles) for letter, role in ROLES.items()
}
# The role that can be limited to own records, and which of its rights would reach beyond them.
LIMITABLE_ROLE = "sales"
BEYOND_OWN_RECORDS = frozenset({"owners:change", "webhooks:read"})
# What an API key can be given.
SCOPES: tuple[str, ...] = (
    "read",
    "write",
    *(right.name for right in RIGHTS if not right.for_people),
)


def named_role(role: str, *, own_records_only: bool) -> str:
    """A role as it is recorded, such as `sales, own records only`."""
    return f"{role}, own records only" if own_records_only else role


def rights_of_member(role: str, *, own_records_only: bool) -> frozenset[str]:
    """The rights of a member with a role; of one who is limited to own records none that reaches beyond them."""
    return ROLE_PERMISSIONS[role] - (BEYOND_OWN_RECORDS if own_records_only else frozenset())


def rights_of_scopes(scopes: Collection[str]) -> frozenset[str]:
    """The rights of an API key with these scopes."""
    given = set(scopes)
    return frozenset(
        right.name for right in RIGHTS if not right.for_people and not given.isdisjoint({right.name, *right.scopes})
    )
