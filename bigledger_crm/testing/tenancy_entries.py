"""Who may use which address: an address without an entry here fails the tenancy matrix."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bigledger_crm.testing.client import Upload
from bigledger_crm.testing.tenancy_fixtures import Fixtures


def _nothing(world: Fixtures) -> Any:
    return None


_PLACE = re.compile("<str:[a-z]+_id>")


@dataclass(frozen=True)
class Call:
    """A method of an API address: the status for its own company, the World's object in its path, and its body.

    `part` is the World's object in the second place of the path, which belongs to the first.
    """

    method: str
    route: str
    status: int
    object: str = ""
    body: Callable[[Fixtures], Any] = _nothing
    part: str = ""

    def path(self, public_id: str, part_id: str = "") -> str:
        """The address for one object, below /api/v1."""
        return "/" + _PLACE.sub(part_id, self.route.replace("<str:public_id>", public_id))

    def __str__(self) -> str:
        return f"{self.method} {self.route}"


@dataclass(frozen=True)
class Page:
    """A page for people who are signed in; `object` and `part` are the World's objects in its path."""

    route: str
    object: str = ""
    status: int = 200
    method: str = "GET"
    part: str = ""

    def path(self, public_id: str, part_id: str = "") -> str:
        """The address for one object; every number in it is 0, and every name that of words that all have."""
        named = _PLACE.sub(part_id, self.route.replace("<str:public_id>", public_id))
        return "/" + re.sub("<slug:[^>]+>", "invoice-en", re.sub("<int:[^>]+>", "0", named))

    def __str__(self) -> str:
        return f"{self.method} /{self.route}"


def _document(world: Fixtures) -> dict[str, Any]:
    return {
        "customerId": world.customer,
        "items": [
            {"description": "Work", "quantity": 1, "unitPrice": "10.00", "taxCode": world.tax},
            {"itemId": world.item, "quantity": 1},
        ],
    }


def _new_lines(world: Fixtures) -> dict[str, Any]:
    return {"items": _document(world)["items"]}


def _part(world: Fixtures) -> dict[str, Any]:
    return {"partialItems": [{"itemId": world.order_line, "quantity": 1}]}


def _credit(world: Fixtures) -> dict[str, Any]:
    return {"invoiceId": world.credited_invoice, "items": [{"itemId": world.credited_line, "quantity": 1}]}


def _step(world: Fixtures) -> dict[str, Any]:
    return {"document": "invoice", "days": 60, "subject": "{number}", "message": "{amount_due}"}


def _to_somebody(world: Fixtures) -> dict[str, Any]:
    return {"to": ["somebody@example.com"]}


CALLS = (
    Call("GET", "customers", 200),
    Call("POST", "customers", 201, body=lambda world: {"name": "New", "email": "new@example.com"}),
    Call("GET", "customers/<str:public_id>", 200, "customer"),
    Call("PUT", "customers/<str:public_id>", 200, "customer", lambda world: {"paymentTerms": 14}),
    Call("PATCH", "customers/<str:public_id>", 200, "customer", lambda world: {"paymentTerms": 14}),
    Call("DELETE", "customers/<str:public_id>", 200, "unused_customer"),
    Call("POST", "customers/bulk", 200, body=lambda world: {"rows": [{"name": "New", "email": "new@example.com"}]}),
    Call("GET", "customers/<str:public_id>/summary", 200, "customer"),
    Call("GET", "analytics/sales-funnel", 200),
    Call("GET", "customers/<str:public_id>/contacts", 200, "customer"),
    Call("POST", "customers/<str:public_id>/contacts", 201, "customer", lambda world: {"name": "Ali"}),
    *(
        Call(method, "customers/<str:public_id>/contacts/<str:contact_id>", 200, "customer", body, "contact")
        for method, body in (
            ("GET", _nothing),
            ("PUT", lambda world: {"title": "Buyer"}),
            ("PATCH", lambda world: {"title": "Buyer"}),
            ("DELETE", _nothing),
        )
    ),
    Call("POST", "calculate", 200, body=_document),
    Call("GET", "items", 200),
    Call("POST", "items/bulk", 200, body=lambda world: {"rows": [{"itemCode": "NEW", "name": "New", "unitPrice": 1}]}),
    Call("PUT", "items/<str:public_id>", 200, "item", lambda world: {"unitPrice": 2}),
    Call("PATCH", "items/<str:public_id>", 200, "item", lambda world: {"unitPrice": 2}),
    Call("DELETE", "items/<str:public_id>", 200, "unused_item"),
    Call("PUT", "tax-codes/<str:public_id>", 200, "tax_code", lambda world: {"rate": 7}),
    Call("PATCH", "tax-codes/<str:public_id>", 200, "tax_code", lambda world: {"rate": 7}),
    Call("DELETE", "tax-codes/<str:public_id>", 200, "unused_tax_code"),
    *(
        Call("POST", f"{route}/bulk", 200, body=lambda world: {"rows": [_document(world)]})
        for route in ("quotes", "sales-orders", "invoices")
    ),
    Call("POST", "items", 201, body=lambda world: {"itemCode": "NEW", "name": "New", "unitPrice": 1}),
    Call("GET", "items/<str:public_id>", 200, "item"),
    Call("GET", "tax-codes", 200),
    Call("POST", "tax-codes", 201, body=lambda world: {"code": "NEW", "name": "New", "rate": 1}),
    Call("GET", "tax-codes/<str:public_id>", 200, "tax_code"),
    Call("GET", "quotes", 200),
    Call("POST", "quotes", 201, body=_document),
    Call("GET", "quotes/<str:public_id>", 200, "quote"),
    Call("PUT", "quotes/<str:public_id>", 200, "quote", _new_lines),
    Call("PATCH", "quotes/<str:public_id>", 200, "quote", _new_lines),
    Call("POST", "quotes/<str:public_id>/decline", 200, "sent_quote", lambda world: {"reason": "Too late"}),
    Call("POST", "quotes/<str:public_id>/cancel", 200, "quote"),
    Call("POST", "quotes/<str:public_id>/revise", 201, "sent_quote"),
    Call("POST", "quotes/<str:public_id>/duplicate", 201, "quote"),
    Call("POST", "quotes/<str:public_id>/send", 200, "quote", _to_somebody),
    Call("POST", "quotes/<str:public_id>/accept", 200, "quote"),
    Call("POST", "quotes/<str:public_id>/convert-to-order", 201, "accepted_quote"),
    Call("GET", "quotes/<str:public_id>/pdf", 200, "quote"),
    Call("GET", "sales-orders", 200),
    Call("POST", "sales-orders", 201, body=_document),
    Call("GET", "sales-orders/<str:public_id>", 200, "order"),
    Call("PUT", "sales-orders/<str:public_id>", 200, "draft_order", _new_lines),
    Call("PATCH", "sales-orders/<str:public_id>", 200, "draft_order", _new_lines),
    Call("POST", "sales-orders/<str:public_id>/cancel", 200, "draft_order"),
    Call("POST", "sales-orders/<str:public_id>/duplicate", 201, "order"),
    Call("GET", "sales-orders/<str:public_id>/shipments", 200, "order"),
    Call(
        "POST",
        "sales-orders/<str:public_id>/shipments",
        201,
        "shipping_order",
        lambda world: {"items": [{"itemId": world.shipping_line, "quantity": 1}]},
    ),
    Call("GET", "sales-orders/<str:public_id>/shipments/<str:shipment_id>", 200, "shipping_order", part="shipment"),
    Call("GET", "sales-orders/<str:public_id>/pdf", 200, "order"),
    Call(
        "PATCH",
        "sales-orders/<str:public_id>/status",
        200,
        "draft_order",
        lambda world: {"status": "confirmed"},
    ),
    Call("POST", "sales-orders/<str:public_id>/convert-to-invoice", 201, "order", _part),
    Call("GET", "invoices", 200),
    Call("POST", "invoices", 201, body=_document),
    Call("GET", "invoices/<str:public_id>", 200, "invoice"),
    Call("POST", "invoices/<str:public_id>/issue", 200, "invoice"),
    Call("POST", "invoices/<str:public_id>/send", 200, "invoice", _to_somebody),
    Call(
        "POST",
        "invoices/<str:public_id>/payments",
        201,
        "issued_invoice",
        lambda world: {"amount": "1.00", "paymentMethod": "cash"},
    ),
    Call("PUT", "invoices/<str:public_id>", 200, "invoice", lambda world: {"items": _document(world)["items"]}),
    Call("PATCH", "invoices/<str:public_id>", 200, "issued_invoice", lambda world: {"notes": "Paid by whom?"}),
    Call("POST", "invoices/<str:public_id>/cancel", 200, "invoice", lambda world: {"reason": "Mistaken"}),
    Call("POST", "invoices/<str:public_id>/duplicate", 201, "issued_invoice"),
    Call("GET", "invoices/<str:public_id>/payments", 200, "issued_invoice"),
    Call("GET", "invoices/<str:public_id>/pdf", 200, "issued_invoice"),
    Call("GET", "payments", 200),
    Call("GET", "payments/<str:public_id>", 200, "payment"),
    Call("POST", "payments/<str:public_id>/void", 200, "payment", lambda world: {"reason": "Bounced"}),
    Call(
        "POST",
        "invoices/<str:public_id>/payments/<str:payment_id>/void",
        200,
        "issued_invoice",
        lambda world: {"reason": "Bounced"},
        "payment",
    ),
    Call("GET", "credit-notes", 200),
    Call("POST", "credit-notes", 201, body=_credit),
    Call("GET", "credit-notes/<str:public_id>", 200, "credit_note"),
    Call("GET", "credit-notes/<str:public_id>/pdf", 200, "credit_note"),
    Call("GET", "reminders/upcoming", 200),
    Call("GET", "reminders/steps", 200),
    Call("POST", "reminders/steps", 201, body=_step),
    Call("GET", "reminders/steps/<str:public_id>", 200, "reminder_step"),
    Call("PUT", "reminders/steps/<str:public_id>", 200, "reminder_step", lambda world: {"days": -30}),
    Call("PATCH", "reminders/steps/<str:public_id>", 200, "reminder_step", lambda world: {"subject": "{number}"}),
    Call("DELETE", "reminders/steps/<str:public_id>", 200, "reminder_step"),
    Call("POST", "invoices/<str:public_id>/reminders", 200, "overdue_invoice", _to_somebody),
    Call("POST", "sales-orders/<str:public_id>/send", 200, "order", _to_somebody),
    Call("POST", "credit-notes/<str:public_id>/send", 200, "credit_note", _to_somebody),
    Call("POST", "customers/<str:public_id>/statement/send", 200, "customer", _to_somebody),
    Call("PUT", "invoices/<str:public_id>/reminders", 200, "issued_invoice", lambda world: {"sendReminders": True}),
    Call("POST", "emails/retry", 200),
    Call("GET", "emails/<str:public_id>", 200, "mail"),
    Call("POST", "emails/<str:public_id>/retry", 409, "mail"),
    Call("GET", "webhooks", 200),
    Call("POST", "webhooks", 201, body=lambda world: {"url": "https://new.example.com/", "events": ["*"]}),
    *(
        Call(method, f"webhooks/<str:public_id>{below}", 200, "webhook", body, part)
        for method, below, body, part in (
            ("GET", "", _nothing, ""),
            ("PUT", "", lambda world: {"description": "Another"}, ""),
            ("PATCH", "", lambda world: {"isActive": True}, ""),
            ("DELETE", "", _nothing, ""),
            ("POST", "/rotate-secret", _nothing, ""),
            ("POST", "/replay", lambda world: {"createdAfter": "2020-01-01T00:00:00Z"}, ""),
            ("GET", "/deliveries", _nothing, ""),
            ("GET", "/deliveries/<str:delivery_id>", _nothing, "webhook_delivery"),
            ("POST", "/deliveries/<str:delivery_id>/replay", _nothing, "webhook_delivery"),
        )
    ),
    *(
        Call(method, f"{route}/<str:public_id>/attachments{below}", status, name, body, part)
        for route, name in (("quotes", "quote"), ("sales-orders", "order"), ("invoices", "issued_invoice"))
        for method, below, status, body, part in (
            ("GET", "", 200, _nothing, ""),
            ("POST", "", 201, lambda world: Upload("order.txt", b"An order"), ""),
            ("GET", "/<str:attachment_id>", 200, _nothing, f"{name}_attachment"),
            ("DELETE", "/<str:attachment_id>", 200, _nothing, f"{name}_attachment"),
        )
    ),
)

# Addresses of the API that take no key, each with its reason.
KEYLESS = {"attachments/<str:public_id>": "the token in the query is the authority, and it expires"}

# Addresses that need the permission `analytics`, whatever they are below.
ANALYTICS = {"analytics/sales-funnel", "customers/<str:public_id>/summary"}

# Posted to, and yet nothing changes.
READING_POSTS = {"calculate": "the calculator keeps nothing"}

# One's own account, whichever company one works in: account/tests/test_account_pages.py tries them.
ACCOUNT_PAGES = (
    "account",
    "account/email",
    "account/password",
    "account/no-password",
    "account/sessions",
    "account/second-factor",
    "account/second-factor/app",
    "account/second-factor/app/remove",
    "account/second-factor/codes",
    "account/second-factor/codes/new",
    "account/second-factor/codes/file",
    "account/second-factor/passkeys",
    "account/second-factor/passkeys/new",
    "account/second-factor/passkeys/<int:pk>",
    "account/second-factor/passkeys/<int:pk>/remove",
)

# Addresses that tell nothing of any company, each with its reason.
OPEN = {
    r"^api(?:/|$)": "says 404 in the envelope",
    "api/docs": "shows the API's description",
    "api/docs/redoc": "shows the API's description",
    "api/openapi.json": "the API's description",
    "api/openapi.yaml": "the API's description",
    "healthz": "the supervisor's question",
    "readyz": "the supervisor's question",
    "metrics": "figures of the whole installation, for who has METRICS_TOKEN",
    "sign-in": "where everybody begins",
    "sign-out": "ends a session",
    **{
        f"sign-in/{below}": "a step of signing in"
        for below in (
            "second-factor",
            "passkey",
            "again",
            "again/code",
            "again/passkey",
            "sso/<str:provider_id>",
            "sso/<str:provider_id>/callback",
            "sso-cancelled",
        )
    },
    "setup/<str:token>": "for the first person, who has the link",
    "password/forgotten": "for who can't sign in",
    "password/sent": "for who can't sign in",
    "password/reset/<uidb64>/<token>": "for who has the link",
    "invitation/<str:token>": "names its company to who has the link",
    "account/email/<str:token>": "for who has the link",
    **dict.fromkeys(ACCOUNT_PAGES, "the account of whoever is signed in"),
}


def _added(route: str, object: str, part: str) -> tuple[Page, ...]:
    """Notes and files below the address of an object."""
    one = f"{route}/files/<str:part_id>"
    return (
        Page(f"{route}/notes", object, 302, "POST"),
        Page(f"{route}/files", object, 302, "POST"),
        Page(one, object, part=part),
        Page(f"{one}/delete", object, part=part),
        Page(f"{one}/delete", object, 302, "POST", part),
    )


PAGES = (
    *_added("customers/<str:public_id>", "customer", "customer_attachment"),
    Page("customers/<str:public_id>/contacts", "customer"),
    Page("customers/<str:public_id>/contacts/new", "customer"),
    Page("customers/<str:public_id>/contacts/new", "customer", 400, "POST"),
    Page("customers/<str:public_id>/contacts/<str:part_id>", "customer", part="contact"),
    Page("customers/<str:public_id>/contacts/<str:part_id>", "customer", 400, "POST", "contact"),
    Page("customers/<str:public_id>/contacts/<str:part_id>/delete", "customer", part="contact"),
    Page("customers/<str:public_id>/contacts/<str:part_id>/delete", "customer", 302, "POST", "contact"),
    Page("customers/<str:public_id>/statement", "customer"),
    Page("customers/<str:public_id>/activity", "customer"),
    Page("customers/<str:public_id>/attachments", "customer"),
    Page("customers/<str:public_id>/quotes", "customer"),
    Page("customers/<str:public_id>/orders", "customer"),
    Page("customers/<str:public_id>/invoices", "customer"),
    Page("customers/<str:public_id>/payments", "customer"),
    Page("customers/<str:public_id>/summary", "customer"),
    *_added("quotes/<str:public_id>", "quote", "quote_attachment"),
    *_added("sales-orders/<str:public_id>", "order", "order_attachment"),
    *_added("invoices/<str:public_id>", "issued_invoice", "issued_invoice_attachment"),
    Page(""),
    Page("analytics"),
    Page("customers"),
    Page("customers/options"),
    Page("customers/new"),
    Page("customers/new", method="POST", status=400),
    Page("customers/<str:public_id>", "customer"),
    Page("customers/<str:public_id>/edit", "customer"),
    Page("customers/<str:public_id>/edit", "customer", 400, "POST"),
    Page("customers/<str:public_id>/delete", "customer"),
    Page("customers/<str:public_id>/delete", "unused_customer", 302, "POST"),
    Page("customers/<str:public_id>/merge", "customer"),
    Page("customers/<str:public_id>/merge", "customer", 409, "POST"),
    Page("customers/<str:public_id>/statement/pdf", "customer"),
    Page("customers/<str:public_id>/statement/send", "customer"),
    Page("customers/<str:public_id>/statement/send", "customer", 400, "POST"),
    Page("customers/<str:public_id>/statement/send/preview", "customer"),
    Page("customers/<str:public_id>/statement/send/preview", "customer", 400, "POST"),
    Page("payments/<str:public_id>/pdf", "payment"),
    Page("shipments/<str:public_id>/pdf", "shipment"),
    Page("settings"),
    Page("settings/company"),
    Page("settings/company", method="POST", status=400),
    Page("settings/company/preview", method="POST"),
    Page("settings/taxes"),
    Page("settings/taxes/new"),
    Page("settings/taxes/new", method="POST", status=400),
    Page("settings/taxes/missing", method="POST", status=302),
    Page("settings/taxes/<str:public_id>", "tax_code"),
    Page("settings/taxes/<str:public_id>", "tax_code", 400, "POST"),
    Page("settings/terms"),
    Page("settings/terms", method="POST", status=400),
    Page("settings/numbering"),
    Page("settings/numbering", method="POST", status=400),
    Page("settings/numbering/preview", method="POST"),
    Page("settings/documents"),
    Page("settings/documents", method="POST", status=400),
    Page("settings/documents/sample.pdf"),
    Page("items"),
    Page("items/options"),
    Page("items/new"),
    Page("items/new", method="POST", status=400),
    Page("items/<str:public_id>", "item"),
    Page("items/<str:public_id>", "item", 400, "POST"),
    Page("quotes"),
    Page("quotes/new"),
    Page("quotes/new", method="POST", status=400),
    Page("quotes/<str:public_id>", "quote"),
    Page("quotes/<str:public_id>/edit", "quote"),
    Page("quotes/<str:public_id>/edit", "quote", 400, "POST"),
    Page("quotes/<str:public_id>/pdf", "quote"),
    Page("quotes/<str:public_id>/send", "quote"),
    Page("quotes/<str:public_id>/send", "quote", 400, "POST"),
    Page("quotes/<str:public_id>/send/preview", "quote"),
    Page("quotes/<str:public_id>/send/preview", "quote", 400, "POST"),
    Page("quotes/<str:public_id>/accept", "sent_quote"),
    Page("quotes/<str:public_id>/accept", "quote", 302, "POST"),
    Page("quotes/<str:public_id>/convert", "accepted_quote"),
    Page("quotes/<str:public_id>/convert", "accepted_quote", 302, "POST"),
    Page("quotes/<str:public_id>/decline", "sent_quote"),
    Page("quotes/<str:public_id>/decline", "sent_quote", 302, "POST"),
    Page("quotes/<str:public_id>/cancel", "quote"),
    Page("quotes/<str:public_id>/cancel", "quote", 302, "POST"),
    Page("quotes/<str:public_id>/revise", "sent_quote"),
    Page("quotes/<str:public_id>/revise", "sent_quote", 302, "POST"),
    Page("quotes/<str:public_id>/duplicate", "quote", 302, "POST"),
    Page("sales-orders"),
    Page("sales-orders/new"),
    Page("sales-orders/new", method="POST", status=400),
    Page("sales-orders/<str:public_id>/edit", "draft_order"),
    Page("sales-orders/<str:public_id>/edit", "draft_order", 400, "POST"),
    Page("sales-orders/<str:public_id>", "order"),
    Page("sales-orders/<str:public_id>/status", "draft_order", 404),  # no step named
    Page("sales-orders/<str:public_id>/status", "draft_order", 404, "POST"),
    Page("sales-orders/<str:public_id>/pdf", "order"),
    Page("sales-orders/<str:public_id>/duplicate", "order", 302, "POST"),
    Page("sales-orders/<str:public_id>/shipments", "shipping_order"),
    Page("sales-orders/<str:public_id>/shipments", "shipping_order", 400, "POST"),
    Page("shipments/<str:public_id>", "shipment"),
    Page("sales-orders/<str:public_id>/invoice", "order"),
    Page("sales-orders/<str:public_id>/invoice", "order", 400, "POST"),
    Page("contacts"),
    Page("shipments"),
    Page("invoices"),
    Page("invoices/new"),
    Page("invoices/new", method="POST", status=400),
    Page("invoices/<str:public_id>/edit", "invoice"),
    Page("invoices/<str:public_id>/edit", "invoice", 400, "POST"),
    Page("invoices/<str:public_id>", "issued_invoice"),
    Page("invoices/<str:public_id>/pdf", "issued_invoice"),
    Page("invoices/<str:public_id>/send", "invoice"),
    Page("invoices/<str:public_id>/send", "invoice", 400, "POST"),
    Page("invoices/<str:public_id>/send/preview", "invoice"),
    Page("invoices/<str:public_id>/send/preview", "invoice", 400, "POST"),
    Page("invoices/<str:public_id>/issue", "invoice"),
    Page("invoices/<str:public_id>/issue", "invoice", 302, "POST"),
    Page("invoices/<str:public_id>/payments", "issued_invoice"),
    Page("invoices/<str:public_id>/payments", "issued_invoice", 400, "POST"),
    Page("invoices/<str:public_id>/cancel", "invoice"),
    Page("invoices/<str:public_id>/cancel", "invoice", 302, "POST"),
    Page("invoices/<str:public_id>/duplicate", "issued_invoice", 302, "POST"),
    Page("invoices/<str:public_id>/credit", "issued_invoice"),
    Page("invoices/<str:public_id>/credit", "issued_invoice", 400, "POST"),
    Page("payments"),
    Page("payments/<str:public_id>", "payment"),
    Page("payments/<str:public_id>/void", "payment"),
    Page("payments/<str:public_id>/void", "payment", 302, "POST"),
    Page("credit-notes"),
    Page("credit-notes/<str:public_id>", "credit_note"),
    Page("credit-notes/<str:public_id>/pdf", "credit_note"),
    Page("invoices/<str:public_id>/reminders", "issued_invoice", 302, "POST"),
    Page("invoices/<str:public_id>/remind", "overdue_invoice"),
    Page("invoices/<str:public_id>/remind", "overdue_invoice", 400, "POST"),
    Page("invoices/<str:public_id>/remind/preview", "overdue_invoice"),
    Page("invoices/<str:public_id>/remind/preview", "overdue_invoice", 400, "POST"),
    Page("receivables"),
    *(
        Page(f"{route}/<str:public_id>/{page}", name, status, method)
        for route, name in (("sales-orders", "order"), ("shipments", "shipment"), ("credit-notes", "credit_note"))
        for page in ("send", "send/preview")
        for status, method in ((200, "GET"), (400, "POST"))
    ),
    Page("reminders"),
    Page("reminders/steps/new"),
    Page("reminders/steps/new", method="POST", status=400),
    Page("reminders/steps/<str:public_id>", "reminder_step"),
    Page("reminders/steps/<str:public_id>", "reminder_step", 400, "POST"),
    Page("reminders/steps/<str:public_id>/remove", "reminder_step", 302, "POST"),
    Page("settings/email"),
    Page("settings/email", method="POST", status=302),
    Page("settings/email/test"),
    Page("settings/email/test", method="POST", status=400),
    Page("settings/audit-log"),
    Page("settings/audit-log/<str:public_id>", "audit_entry"),
    Page("settings/api-keys"),
    Page("settings/api-keys/new"),
    Page("settings/api-keys/new", method="POST", status=400),
    Page("settings/api-keys/<str:public_id>", "api_key"),
    Page("settings/api-keys/<str:public_id>/rotate", "api_key"),
    Page("settings/api-keys/<str:public_id>/rotate", "api_key", 400, "POST"),
    Page("settings/api-keys/<str:public_id>/revoke", "api_key"),
    Page("settings/api-keys/<str:public_id>/revoke", "api_key", 302, "POST"),
    Page("settings/webhooks"),
    Page("settings/webhooks/new"),
    Page("settings/webhooks/new", method="POST", status=400),
    Page("settings/webhooks/<str:public_id>", "webhook"),
    Page("settings/webhooks/<str:public_id>/edit", "webhook"),
    Page("settings/webhooks/<str:public_id>/edit", "webhook", 400, "POST"),
    Page("settings/webhooks/<str:public_id>/switch", "webhook", 302, "POST"),
    Page("settings/webhooks/<str:public_id>/rotate", "webhook"),
    Page("settings/webhooks/<str:public_id>/rotate", "webhook", 200, "POST"),
    Page("settings/webhooks/<str:public_id>/delete", "webhook"),
    Page("settings/webhooks/<str:public_id>/delete", "webhook", 302, "POST"),
    Page("settings/webhooks/<str:public_id>/replay", "webhook"),
    Page("settings/webhooks/<str:public_id>/replay", "webhook", 400, "POST"),
    Page("settings/webhooks/<str:public_id>/deliveries/<str:delivery_id>", "webhook", part="webhook_delivery"),
    Page(
        "settings/webhooks/<str:public_id>/deliveries/<str:delivery_id>/replay",
        "webhook",
        302,
        "POST",
        "webhook_delivery",
    ),
    Page("search"),
    Page("styleguide"),
    Page("styleguide/form"),
    Page("styleguide/form", method="POST", status=400),
    Page("switch-company", method="POST", status=404),  # no company named
    Page("setup-steps/skip", status=302, method="POST"),
    Page("settings/members"),
    Page("settings/members/invite"),
    Page("settings/members/invite", method="POST", status=400),
    Page("settings/members/<str:public_id>", "member"),
    Page("settings/members/<str:public_id>", "member", 400, "POST"),
    Page("settings/members/<str:public_id>/remove", "member"),
    Page("settings/members/<str:public_id>/remove", "member", 302, "POST"),
    Page("settings/invitations/<str:public_id>", "invitation"),
    Page("settings/invitations/<str:public_id>", "invitation", 302, "POST"),
    Page("settings/mail"),
    Page("settings/mail/language", status=302, method="POST"),
    Page("settings/mail/<slug:public_id>"),
    Page("settings/mail/<slug:public_id>", status=400, method="POST"),
    Page("settings/mail/<slug:public_id>/preview"),
    Page("settings/mail/<slug:public_id>/preview", status=400, method="POST"),
    Page("settings/mail/<slug:public_id>/reset", status=302, method="POST"),
    Page("outbox"),
    Page("outbox/<str:public_id>", "mail"),
    Page("outbox/<str:public_id>/shown", "mail"),
    Page("outbox/<str:public_id>/withdraw", "mail", 302, "POST"),
    Page("outbox/<str:public_id>/retry", "mail", 302, "POST"),
    Page("outbox/<str:public_id>/document.pdf", "mail"),
    Page("outbox/<str:public_id>/copies/<int:copy>", "mail", 404),  # nothing is captured in tests
    Page("outbox/<str:public_id>/copies/<int:copy>/<int:attachment>", "mail", 404),
)
