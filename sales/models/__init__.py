"""The tables of sales."""

from sales.models.catalogue import Item, TaxCode, TaxRate
from sales.models.document import DocumentLine, OwnedDocument, SaleDocument, amount_checks, document_checks, line_checks
from sales.models.order import OrderStatusChange, SalesOrder, SalesOrderLine, Shipment, ShipmentLine
from sales.models.quote import Quote, QuoteLine

__all__ = [
    "DocumentLine",
    "Item",
    "OrderStatusChange",
    "OwnedDocument",
    "Quote",
    "QuoteLine",
    "SaleDocument",
    "SalesOrder",
    "SalesOrderLine",
    "Shipment",
    "ShipmentLine",
    "TaxCode",
    "TaxRate",
    "amount_checks",
    "document_checks",
    "line_checks",
]
