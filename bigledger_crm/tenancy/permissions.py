"""What an actor may do: permissions named as API scopes are, and the roles that bundle them."""

RESOURCES = (
    "customers",
    "items",
    "tax-codes",
    "quotes",
    "sales-orders",
    "invoices",
    "payments",
    "credit-notes",
    "reminders",
    "analytics",
    "webhooks",
    "emails",
)
OVERRIDE_CREDIT_LIMIT = "credit-limit:override"
# Safeguards that `customers:write` doesn't reach: they are in `write`, or given one by one.
SAFEGUARDS = ("credit-limit:raise", "customers:unblock", "customers:merge")
# What only people can be allowed: no key has it.
MANAGE_SETTINGS = "settings:manage"

SCOPES: tuple[str, ...] = (
    "read",
    "write",
    *(f"{resource}:{verb}" for resource in RESOURCES for verb in ("read", "write")),
    OVERRIDE_CREDIT_LIMIT,
    *SAFEGUARDS,
)

ROLE_PERMISSIONS: dict[str, frozenset[str]] = {
    "owner": frozenset({"read", "write", OVERRIDE_CREDIT_LIMIT, MANAGE_SETTINGS}),
    "admin": frozenset({"read", "write", OVERRIDE_CREDIT_LIMIT, MANAGE_SETTINGS}),
    "finance": frozenset({"read", "write", OVERRIDE_CREDIT_LIMIT}),
    "sales": frozenset({"read", "customers:write", "quotes:write", "sales-orders:write"}),
    "viewer": frozenset({"read"}),
}


def permits(granted: frozenset[str], resource: str, verb: str) -> bool:
    """Whether `granted` covers reading or writing (`verb`) a resource, or one of the SAFEGUARDS.

    Who may write may read, be it one resource or all.
    """
    wanted = f"{resource}:{verb}"
    if wanted in granted or verb in granted:
        return True
    if wanted in SAFEGUARDS:
        return "write" in granted
    return verb == "read" and ("write" in granted or f"{resource}:write" in granted)
