"""The headings of items in the exports of other programs, as far as they are known."""

from bigledger_crm.imports.kinds import ImportSource

ITEM_SOURCES = (
    ImportSource(
        name="Invoice Ninja",
        known_by=("Product", "Notes", "Price", "Cost"),
        match_by="itemCode",
        columns={"Product": "itemCode", "Notes": "name", "Price": "unitPrice"},
    ),
    ImportSource(
        name="Odoo",
        known_by=("Name", "Internal Reference", "Sales Price"),
        match_by="itemCode",
        columns={
            "Internal Reference": "itemCode",
            "Name": "name",
            "Sales Price": "unitPrice",
            "Product Type": "type",
            "Unit of Measure": "unit",
            "Sales Description": "description",
        },
    ),
    ImportSource(
        name="ERPNext",
        known_by=("Item Code", "Item Name", "Item Group", "Default Unit of Measure"),
        match_by="itemCode",
        columns={
            "Item Code": "itemCode",
            "Item Name": "name",
            "Description": "description",
            "Default Unit of Measure": "unit",
            "Standard Selling Rate": "unitPrice",
            "Item Group": "customFields.itemGroup",
        },
    ),
    ImportSource(
        name="Zoho Books",
        known_by=("Item Name", "SKU", "Rate", "Product Type"),
        match_by="name",
        columns={
            "Item Name": "name",
            "SKU": "itemCode",
            "Description": "description",
            "Rate": "unitPrice",
            "Product Type": "type",
            "Usage unit": "unit",
            "Unit Name": "unit",
            "Status": "isActive",
        },
    ),
    ImportSource(
        name="Xero",
        known_by=("*ItemCode", "ItemName", "SalesUnitPrice"),
        match_by="itemCode",
        columns={
            "*ItemCode": "itemCode",
            "ItemName": "name",
            "SalesDescription": "description",
            "SalesUnitPrice": "unitPrice",
        },
    ),
    ImportSource(
        name="QuickBooks",
        known_by=("Product/Service Name", "Sales Description", "SKU", "Type"),
        match_by="name",
        columns={
            "Product/Service Name": "name",
            "SKU": "itemCode",
            "Type": "type",
            "Sales Description": "description",
            "Sales Price/Rate": "unitPrice",
            "Sales Price / Rate": "unitPrice",
        },
    ),
)
