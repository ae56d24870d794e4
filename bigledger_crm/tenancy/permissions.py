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
)
OVERRIDE_CREDIT_LIMIT = "credit-limit:override"
# What only people can be allowed: no key has it.
MANAGE_SETTINGS = "settings:manage"

SCOPES: tuple[str, ...] = (
    "read",
    "write",
    *(f"{resource}:{verb}" for resource in RESOURCES for verb in ("read", "write")),
    OVERRIDE_CREDIT_LIMIT,
)

ROLE_PERMISSIONS: dict[str, frozenset[str]] = {
    "owner": frozenset({"read", "write", OVERRIDE_CREDIT_LIMIT, MANAGE_SETTINGS}),
    "admin": frozenset({"read", "write", OVERRIDE_CREDIT_LIMIT, MANAGE_SETTINGS}),
    "finance": frozenset({"read", "write", OVERRIDE_CREDIT_LIMIT}),
    "sales": frozenset({"read", "customers:write", "quotes:write", "sales-orders:write"}),
    "viewer": frozenset({"read"}),
}


def permits(granted: frozenset[str], resource: str, verb: str) -> bool:
    """Whether `granted` covers reading or writing (`verb`) a resource."""
    return verb in granted or f"{resource}:{verb}" in granted or (verb == "read" and f"{resource}:write" in granted)
