"""What the style page shows of the editor of documents."""

from bigledger_crm.web.styleguide import StyleguideSection

_LABELS = {
    **{name: name.capitalize() for name in ("item", "description", "quantity", "unit", "discount", "tax", "amount")},
    "unit_price": "Unit price",
    "move_up": "Move up: line",
    "move_down": "Move down: line",
    "remove": "Remove line",
}
_LINE = {
    "description": "Premium Widget",
    "quantity": "4",
    "unit": "pcs",
    "unit_price": "25.00",
    "discount_percent": "10",
}
_LINES = [
    {"at": 0, "number": 1, "values": {**_LINE, "item_code": "WDG-001"}, "amount": "90.00", "errors": {}},
    {"at": 1, "number": 2, "values": {**_LINE, "quantity": "many"}, "errors": {"quantity": ["Enter a number"]}},
    {"at": 2, "number": 3, "values": {}, "errors": {}},
]
_CONFLICT = {
    "happened": [{"title": "Quote updated", "note": "Title", "who": "Alice Tan", "at": None}],
    "differences": [
        {"key": "title", "label": "Title", "theirs": "Office", "mine": "Workshop"},
        {"key": "", "label": "Line 2", "theirs": "", "mine": "Premium Widget · 4 · 25.00"},
    ],
}

EDITOR = StyleguideSection(
    "lines",
    "Lines and versions",
    "sales/styleguide.html",
    {"labels": _LABELS, "lines": _LINES, "conflict": _CONFLICT},
)
