"""The headings of quotes and sales orders in the exports of other programs, as far as they are known.

Xero and QuickBooks Online export neither with their lines.
"""

from bigledger_crm.imports.kinds import ImportSource

_ODOO = {
    "Order Reference": "number",
    "Customer": "customerName",
    "Order Date": "date",
    "Expiration": "until",
    "Delivery Date": "until",
    "Customer Reference": "reference",
    "Status": "status",
    "Currency": "currency",
    "Total": "total",
    "Taxes": "totalTax",
    "Terms and conditions": "terms",
    "Order Lines/Product": "",
    "Order Lines/Description": "items.description",
    "Order Lines/Quantity": "items.quantity",
    "Order Lines/Unit of Measure": "items.unit",
    "Order Lines/Unit Price": "items.unitPrice",
    "Order Lines/Discount (%)": "items.discountPercent",
    "Order Lines/Taxes": "items.taxCode",
}
_ERPNEXT = {
    "ID": "number",
    "Party": "customerName",
    "Customer": "customerName",
    "Date": "date",
    "Valid Till": "until",
    "Delivery Date": "until",
    "Status": "status",
    "Currency": "currency",
    "Exchange Rate": "exchangeRate",
    "Grand Total": "total",
    "Total Taxes and Charges": "totalTax",
    "Customer's Purchase Order": "reference",
    "Item Code (Items)": "items.itemCode",
    "Item Name (Items)": "items.description",
    "Quantity (Items)": "items.quantity",
    "UOM (Items)": "items.unit",
    "Rate (Items)": "items.unitPrice",
    "Item Tax Template (Items)": "items.taxCode",
}
_ZOHO = {
    "Customer Name": "customerName",
    "Customer Number": "customerNumber",
    "Reference#": "reference",
    "PurchaseOrder": "reference",
    "Subject": "title",
    "Notes": "notes",
    "Terms & Conditions": "terms",
    "Currency Code": "currency",
    "Exchange Rate": "exchangeRate",
    "Is Inclusive Tax": "pricesIncludeTax",
    "Shipping Charge": "shippingCost",
    "Total": "total",
    "SKU": "items.itemCode",
    "Item Name": "items.description",
    "Usage unit": "items.unit",
    "Item Price": "items.unitPrice",
    "Discount": "items.discountPercent",
    "Item Tax": "items.taxCode",
}


def _named(columns: dict[str, str], number: str, date: str, until: str) -> dict[str, str]:
    """The columns with the names that number and dates have in a kind."""
    names = {"number": number, "date": date, "until": until}
    return {heading: names.get(name, name) for heading, name in columns.items()}


QUOTE_SOURCES = (
    ImportSource(
        name="Invoice Ninja",
        known_by=("Quote Number", "Quote Date", "Quote Amount", "Client Name", "Item Quantity", "Item Cost"),
        match_by="quoteNumber",
        columns={
            "Quote Number": "quoteNumber",
            "Client Name": "customerName",
            "Client Number": "customerNumber",
            "Quote Date": "quoteDate",
            "Quote Valid Until": "validUntil",
            "Quote Due Date": "validUntil",
            "Quote Status": "status",
            "Quote PO Number": "reference",
            "Quote Public Notes": "notes",
            "Quote Terms": "terms",
            "Quote Exchange Rate": "exchangeRate",
            "Quote Amount": "total",
            "Item Product": "items.itemCode",
            "Item Notes": "items.description",
            "Item Cost": "items.unitPrice",
            "Item Quantity": "items.quantity",
            "Item Discount": "items.discountPercent",
            "Item Tax Name 1": "items.taxCode",
            "Item Tax Rate 1": "items.taxRate",
        },
    ),
    ImportSource(
        name="Odoo",
        known_by=("Order Reference", "Customer", "Order Date", "Expiration", "Order Lines/Quantity"),
        match_by="quoteNumber",
        columns=_named(_ODOO, "quoteNumber", "quoteDate", "validUntil") | {"Delivery Date": ""},
    ),
    ImportSource(
        name="ERPNext",
        known_by=("ID", "Party", "Date", "Valid Till", "Grand Total", "Quantity (Items)"),
        match_by="quoteNumber",
        columns=_named(_ERPNEXT, "quoteNumber", "quoteDate", "validUntil") | {"Delivery Date": ""},
    ),
    ImportSource(
        name="Zoho Books",
        known_by=("Estimate Number", "Estimate Date", "Customer Name", "Item Price", "Quantity"),
        match_by="quoteNumber",
        columns={
            **_ZOHO,
            "Estimate Number": "quoteNumber",
            "Estimate Date": "quoteDate",
            "Estimate Status": "status",
            "Expiry Date": "validUntil",
            "Quantity": "items.quantity",
        },
    ),
)

ORDER_SOURCES = (
    ImportSource(
        name="Odoo",
        known_by=("Order Reference", "Customer", "Order Date", "Order Lines/Quantity", "Order Lines/Unit Price"),
        match_by="orderNumber",
        columns=_named(_ODOO, "orderNumber", "orderDate", "requiredDate") | {"Expiration": ""},
    ),
    ImportSource(
        name="ERPNext",
        known_by=("ID", "Customer", "Date", "Delivery Date", "Grand Total", "Quantity (Items)"),
        match_by="orderNumber",
        columns=_named(_ERPNEXT, "orderNumber", "orderDate", "requiredDate") | {"Valid Till": ""},
    ),
    ImportSource(
        name="Zoho Books",
        known_by=("SalesOrder Number", "Order Date", "Customer Name", "Item Price", "QuantityOrdered"),
        match_by="orderNumber",
        columns={
            **_ZOHO,
            "SalesOrder Number": "orderNumber",
            "Order Date": "orderDate",
            "Expected Shipment Date": "requiredDate",
            "Shipment Date": "requiredDate",
            "Status": "status",
            "QuantityOrdered": "items.quantity",
        },
    ),
)
