"""The operations of the API, and who may use which: one without an entry here fails the tenancy matrix."""

from typing import Any

from bigledger_crm.tenancy.permissions import SCOPES
from bigledger_crm.testing.client import Upload
from bigledger_crm.testing.tenancy_bank import BANK_CALLS
from bigledger_crm.testing.tenancy_call import Call, nothing
from bigledger_crm.testing.tenancy_custom_fields import CUSTOM_FIELD_CALLS
from bigledger_crm.testing.tenancy_einvoices import EINVOICE_CALLS
from bigledger_crm.testing.tenancy_fixtures import Fixtures
from bigledger_crm.testing.tenancy_imports import IMPORT_CALLS
from invoicing.reports import REPORT_BY_SLUG


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


def main_scope(resource: str) -> str:
    """What a key needs to write a resource, or to read one that nobody writes."""
    return f"{resource}:write" if f"{resource}:write" in SCOPES else f"{resource}:read"


def _customer_payment(world: Fixtures) -> dict[str, Any]:
    return {"customerId": world.customer, "amount": "2.00", **_allocate(world)}


def _allocate(world: Fixtures) -> dict[str, Any]:
    return {"allocations": [{"invoiceId": world.overdue_invoice, "amount": "1.00"}]}


def _goodwill(world: Fixtures) -> dict[str, Any]:
    return {"reason": "Late", "items": [{"description": "Late", "amount": "1.00", "taxCode": world.tax}]}


def _write_off(world: Fixtures) -> dict[str, Any]:
    return {"kind": "bad_debt", "reason": "Insolvent", "amount": "1.00"}


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
    *(Call("GET", f"analytics/{slug}", 200) for slug in REPORT_BY_SLUG),
    Call("GET", "batches", 200),
    Call("POST", "batches", 201, body=lambda world: {"action": "issue_invoices", "invoiceIds": [world.invoice]}),
    Call("GET", "batches/<str:public_id>", 200, "batch"),
    Call("GET", "batches/<str:public_id>/results", 200, "batch"),
    Call("POST", "batches/<str:public_id>/cancel", 200, "batch"),
    Call("GET", "saved-reports", 200),
    Call("POST", "saved-reports", 201, body=lambda world: {"report": "sales", "name": "New"}),
    Call("GET", "saved-reports/<str:public_id>", 200, "saved_report"),
    Call("PUT", "saved-reports/<str:public_id>", 200, "saved_report", lambda world: {"name": "Other"}),
    Call("PATCH", "saved-reports/<str:public_id>", 200, "saved_report", lambda world: {"name": "Other"}),
    Call("DELETE", "saved-reports/<str:public_id>", 200, "saved_report"),
    Call("GET", "customers/<str:public_id>/contacts", 200, "customer"),
    Call("POST", "customers/<str:public_id>/contacts", 201, "customer", lambda world: {"name": "Ali"}),
    *(
        Call(method, "customers/<str:public_id>/contacts/<str:contact_id>", 200, "customer", body, "contact")
        for method, body in (
            ("GET", nothing),
            ("PUT", lambda world: {"title": "Buyer"}),
            ("PATCH", lambda world: {"title": "Buyer"}),
            ("DELETE", nothing),
        )
    ),
    *BANK_CALLS,
    *EINVOICE_CALLS,
    *IMPORT_CALLS,
    *CUSTOM_FIELD_CALLS,
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
    Call("POST", "payments", 201, body=_customer_payment),
    *(
        Call(method, f"{route}/<str:public_id>/{verb}", status, name, body)
        for route, name, settled in (
            ("payments", "credit_payment", "payment"),
            ("credit-notes", "goodwill_note", "credit_note"),
        )
        for method, verb, status, name, body in (
            ("POST", "allocate", 200, name, _allocate),
            ("POST", "unallocate", 200, settled, nothing),
            ("GET", "refunds", 200, name, nothing),
            ("POST", "refunds", 201, name, lambda world: {"amount": "1.00", "paymentMethod": "cash"}),
        )
    ),
    Call("GET", "refunds", 200),
    Call("GET", "refunds/<str:public_id>", 200, "refund"),
    Call("POST", "refunds/<str:public_id>/void", 200, "refund", lambda world: {"reason": "Returned"}),
    Call("GET", "customers/<str:public_id>/credits", 200, "customer"),
    Call("POST", "customers/<str:public_id>/credit-notes", 201, "customer", _goodwill),
    Call("GET", "invoices/<str:public_id>/write-offs", 200, "overdue_invoice"),
    Call("POST", "invoices/<str:public_id>/write-offs", 201, "overdue_invoice", _write_off),
    Call(
        "POST",
        "invoices/<str:public_id>/write-offs/<str:write_off_id>/reverse",
        200,
        "overdue_invoice",
        lambda world: {"reason": "Paid after all"},
        "write_off",
    ),
    Call("GET", "journal", 200),
    Call("GET", "journal/<str:public_id>", 200, "journal_entry"),
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
    Call("GET", "emails/<str:public_id>", 200, "email"),
    Call("POST", "emails/<str:public_id>/retry", 409, "email"),
    Call("GET", "webhooks", 200),
    Call("POST", "webhooks", 201, body=lambda world: {"url": "https://new.example.com/", "events": ["*"]}),
    *(
        Call(method, f"webhooks/<str:public_id>{below}", 200, "webhook", body, part)
        for method, below, body, part in (
            ("GET", "", nothing, ""),
            ("PUT", "", lambda world: {"description": "Another"}, ""),
            ("PATCH", "", lambda world: {"isActive": True}, ""),
            ("DELETE", "", nothing, ""),
            ("POST", "/rotate-secret", nothing, ""),
            ("POST", "/replay", lambda world: {"createdAfter": "2020-01-01T00:00:00Z"}, ""),
            ("GET", "/deliveries", nothing, ""),
            ("GET", "/deliveries/<str:delivery_id>", nothing, "webhook_delivery"),
            ("POST", "/deliveries/<str:delivery_id>/replay", nothing, "webhook_delivery"),
        )
    ),
    *(
        Call(method, f"{route}/<str:public_id>/attachments{below}", status, name, body, part)
        for route, name in (("quotes", "quote"), ("sales-orders", "order"), ("invoices", "issued_invoice"))
        for method, below, status, body, part in (
            ("GET", "", 200, nothing, ""),
            ("POST", "", 201, lambda world: Upload("order.txt", b"An order"), ""),
            ("GET", "/<str:attachment_id>", 200, nothing, f"{name}_attachment"),
            ("DELETE", "/<str:attachment_id>", 200, nothing, f"{name}_attachment"),
        )
    ),
    Call("GET", "company-exports", 200),
    Call("POST", "company-exports", 202),
    Call("GET", "company-exports/<str:public_id>", 200, "company_export"),
    Call("GET", "company-exports/<str:public_id>/file", 200, "company_export"),
    Call("DELETE", "company-exports/<str:public_id>", 200, "company_export"),
)

# URLs of the API that take no key, each with its reason.
KEYLESS = {"attachments/<str:public_id>": "the token in the query is the authority, and it expires"}

# URLs that need the permission `analytics`, whatever they are below.
ANALYTICS = {
    "analytics/sales-funnel",
    "customers/<str:public_id>/summary",
    *(f"analytics/{slug}" for slug in REPORT_BY_SLUG),
    "saved-reports",
    "saved-reports/<str:public_id>",
}

# Posted to, and yet nothing changes.
READING_POSTS = {"calculate": "the calculator keeps nothing"}
# What turns one document into the next changes both.
CONVERSIONS = {
    "POST bank-transactions/<str:public_id>/match": {"bank:write", "payments:write"},
    "POST credit-notes/<str:public_id>/refunds": {"credit-notes:write", "payments:write"},
    "POST quotes/<str:public_id>/convert-to-order": {"quotes:write", "sales-orders:write"},
    "POST sales-orders/<str:public_id>/convert-to-invoice": {"sales-orders:write", "invoices:write"},
    # An import asks for the right to what its rows become as well.
    **{str(call): {"imports:write", "customers:write"} for call in IMPORT_CALLS if str(call) != "GET imports"},
}
