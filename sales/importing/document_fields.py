"""What columns of documents can be: quotes, orders, invoices and credit notes."""

from django.utils.translation import gettext_lazy as _

from bigledger_crm.imports.kinds import ImportField
from customers.importing.named import CUSTOMER_EMAIL, CUSTOMER_FIELDS
from sales.importing.taxes import tax_code_offers

_INCLUSIVE = {
    **dict.fromkeys(("yes", "true", "1", "inclusive", "tax inclusive", "includes tax"), "yes"),
    **dict.fromkeys(("no", "false", "0", "exclusive", "tax exclusive", "excludes tax", "no tax"), "no"),
}
HEADER_FIELDS = (
    *CUSTOMER_FIELDS,
    CUSTOMER_EMAIL,
    ImportField(name="currency", label=_("Currency"), known_as=("currency code", "invoice currency")),
    ImportField(
        name="exchangeRate",
        label=_("Exchange rate"),
        type="number",
        known_as=("currency rate", "conversion rate", "fx rate"),
    ),
    ImportField(
        name="pricesIncludeTax",
        label=_("Prices include tax"),
        type="choice",
        known_as=("is inclusive tax", "tax inclusive", "line amounts include tax", "line amount types"),
        choices=_INCLUSIVE,
        is_asked=True,
    ),
    ImportField(
        name="reference", label=_("Reference"), known_as=("customer reference", "your reference", "po number", "ref")
    ),
    ImportField(name="title", label=_("Title"), known_as=("subject", "heading")),
    ImportField(name="notes", label=_("Notes"), known_as=("note", "memo", "public notes", "customer notes", "remarks")),
    ImportField(name="terms", label=_("Terms"), known_as=("terms and conditions", "terms conditions")),
    ImportField(
        name="shippingCost",
        label=_("Shipping cost"),
        type="number",
        known_as=("shipping", "shipping charge", "shipping amount", "delivery", "freight"),
    ),
    ImportField(
        name="total",
        label=_("Total"),
        type="number",
        known_as=("total amount", "grand total", "amount", "invoice total", "invoice amount", "gross", "total due"),
    ),
    ImportField(
        name="totalTax",
        label=_("Total tax"),
        type="number",
        known_as=("tax total", "tax amount", "total taxes", "vat amount", "sst amount", "gst amount"),
        known_without_lines=("tax",),
    ),
)
LINE_FIELDS = (
    ImportField(
        name="items.itemCode",
        label=_("Line: item code"),
        known_as=("item code", "sku", "product code", "inventory item code", "item no"),
    ),
    ImportField(
        name="items.description",
        label=_("Line: description"),
        known_as=("description", "item description", "item name", "item", "product", "product service", "item desc"),
    ),
    ImportField(
        name="items.quantity", label=_("Line: quantity"), type="number", known_as=("quantity", "qty", "item quantity")
    ),
    ImportField(name="items.unit", label=_("Line: unit"), known_as=("unit", "uom", "usage unit", "unit of measure")),
    ImportField(
        name="items.unitPrice",
        label=_("Line: unit price"),
        type="number",
        known_as=("unit price", "price", "rate", "unit amount", "item price", "item rate", "unit cost"),
    ),
    ImportField(
        name="items.discountPercent",
        label=_("Line: discount in percent"),
        type="number",
        known_as=("discount", "discount percent", "discount percentage", "disc"),
    ),
    ImportField(
        name="items.discountAmount",
        label=_("Line: discount as an amount"),
        type="number",
        known_as=("discount amount", "item discount amount"),
    ),
    ImportField(
        name="items.amount",
        label=_("Line: amount without tax"),
        type="number",
        known_as=("line amount", "line total", "item total", "item amount", "net amount"),
    ),
    ImportField(
        name="items.taxCode",
        label=_("Line: tax"),
        known_as=("tax", "tax code", "tax name", "tax type", "item tax", "item tax code"),
        offers=tax_code_offers,
        is_asked=True,
    ),
    ImportField(
        name="items.taxRate",
        label=_("Line: tax in percent"),
        type="number",
        known_as=("tax rate", "tax percent", "tax percentage", "item tax rate", "vat"),
    ),
    ImportField(name="items.notes", label=_("Line: notes"), known_as=("line notes",)),
)
