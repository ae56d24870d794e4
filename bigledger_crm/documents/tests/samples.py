"""Printable facts for tests."""

from typing import Any

ADDRESS = {
    "street": "12, Jalan Teknologi 3/5",
    "street2": "Taman Sains Selangor",
    "city": "Petaling Jaya",
    "state": "Selangor",
    "postalCode": "47810",
    "country": "MY",
}


def line(position: int = 1, **changes: str) -> dict[str, Any]:
    """100 widgets at 25.00, 5 % off, 6 % tax."""
    return {
        "position": position,
        "item_code": "WDG-001",
        "description": "Premium Widget",
        "quantity": "100",
        "unit_price": "25.00",
        "discount_percent": "5.0",
        "discount_amount": "125.00",
        "line_total": "2375.00",
        "tax_code": "SST",
        "tax_rate": "6.0",
        "tax_amount": "142.50",
        "notes": "",
        **changes,
    }


def invoice(**changes: Any) -> dict[str, Any]:
    """The contract's golden case: 125.00 off, 2375.00 + 142.50 + 50.00 shipping = 2567.50."""
    return {
        "kind": "invoice",
        "title": "Invoice",
        "number": "INV-2024-0001",
        "language": "en",
        "currency": "MYR",
        "watermark": "",
        "company": {
            "name": "Tech Supplies Sdn Bhd",
            "legal_name": "Tech Supplies Sdn Bhd",
            "registration_number": "201901000005 (1312345-X)",
            "tax_number": "W10-1808-31000123",
            "country": "MY",
            "email": "billing@techsupplies.example",
            "phone": "+60 3-7805 1234",
            "website": "https://techsupplies.example",
            "address": ADDRESS,
            "bank_details": "Maybank · Tech Supplies Sdn Bhd\nAccount 5140 1234 5678\nSWIFT MBBEMYKL",
        },
        "customer": {
            "name": "Acme Corporation",
            "customer_number": "CUST-0001",
            "email": "billing@acme.example",
            "phone": "",
            "tax_number": "",
            "billing_address": {
                "street": "88 Jalan Ampang",
                "city": "Kuala Lumpur",
                "state": "Kuala Lumpur",
                "postalCode": "50450",
                "country": "MY",
            },
            "shipping_address": None,
        },
        "dates": [{"label": "Invoice date", "value": "2024-01-15"}, {"label": "Due date", "value": "2024-02-14"}],
        "references": [{"label": "Your reference", "value": "PO-2024-118"}],
        "heading": "",
        "description": "",
        "lines": [line()],
        "tax_summary": [{"tax_code": "SST", "tax_rate": "6.0", "taxable": "2375.00", "tax": "142.50"}],
        "prices_include_tax": False,
        "list_price": "2500.00",
        "discount": "-125.00",
        "subtotal": "2375.00",
        "total_discount": "125.00",
        "total_tax": "142.50",
        "shipping_cost": "50.00",
        "total": "2567.50",
        "amount_paid": "0.00",
        "amount_due": "2567.50",
        "notes": "Thank you for your business.",
        "terms": "Payment within 30 days of the invoice date.",
        **changes,
    }
