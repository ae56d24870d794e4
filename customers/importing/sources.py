"""The headings of customers and contacts in the exports of other programs, as far as they are known.

What they call a column can change: a file whose headings aren't all known is mapped by what they say.
"""

from collections.abc import Mapping

from bigledger_crm.imports.kinds import ImportSource


def _address(name: str, street: str, street2: str, city: str, state: str, code: str, country: str) -> Mapping[str, str]:
    """Where an address has its parts."""
    return {
        street: f"{name}.street",
        street2: f"{name}.street2",
        city: f"{name}.city",
        state: f"{name}.state",
        code: f"{name}.postalCode",
        country: f"{name}.country",
    }


def _xero(letters: str, name: str) -> Mapping[str, str]:
    parts = ("AddressLine1", "AddressLine2", "City", "Region", "PostalCode", "Country")
    return _address(name, *(f"{letters}{part}" for part in parts))


CUSTOMER_SOURCES = (
    ImportSource(
        name="Invoice Ninja",
        known_by=("Client Name", "Client Number", "Client Currency"),
        match_by="customerNumber",
        columns={
            "Client Name": "name",
            "Client Number": "customerNumber",
            "Client Phone": "phone",
            "Client Website": "website",
            "Client VAT Number": "taxNumber",
            "Client ID Number": "identificationNumber",
            "Client Currency": "currency",
            "Client Payment Terms": "paymentTerms",
            "Contact Email": "email",
            **_address(
                "billingAddress",
                *("Client Street", "Client Apt/Suite", "Client City", "Client State/Province"),
                *("Client Postal Code", "Client Country"),
            ),
            **_address(
                "shippingAddress",
                *("Client Shipping Street", "Client Shipping Apt/Suite", "Client Shipping City"),
                *("Client Shipping State/Province", "Client Shipping Postal Code", "Client Shipping Country"),
            ),
        },
    ),
    ImportSource(
        name="Odoo",
        known_by=("Name", "Reference", "Is a Company", "Tax ID"),
        match_by="customerNumber",
        columns={
            "Reference": "customerNumber",
            "Name": "name",
            "Email": "email",
            "Phone": "phone",
            "Website": "website",
            "Website Link": "website",
            "Tax ID": "taxNumber",
            "Tags": "tags",
            "Customer Payment Terms": "paymentTerms",
            "Credit Limit": "creditLimit",
            **_address("address", "Street", "Street2", "City", "State", "Zip", "Country"),
        },
    ),
    ImportSource(
        name="ERPNext",
        known_by=("ID", "Customer Name", "Customer Type", "Customer Group"),
        match_by="customerNumber",
        columns={
            "ID": "customerNumber",
            "Customer Name": "name",
            "Customer Type": "type",
            "Customer Group": "tags",
            "Territory": "customFields.territory",
            "Tax ID": "taxNumber",
            "Email Id": "email",
            "Mobile No": "phone",
            "Website": "website",
            "Billing Currency": "currency",
            "Default Payment Terms Template": "paymentTerms",
        },
    ),
    ImportSource(
        name="Zoho Books",
        known_by=("Display Name", "EmailID", "Billing Address", "Customer Sub Type"),
        match_by="customerNumber",
        columns={
            "Customer Number": "customerNumber",
            "Display Name": "name",
            "EmailID": "email",
            "Phone": "phone",
            "Website": "website",
            "Customer Sub Type": "type",
            "Status": "status",
            "Currency Code": "currency",
            "Payment Terms": "paymentTerms",
            "Credit Limit": "creditLimit",
            "Tax Registration Number": "taxNumber",
            **_address(
                "billingAddress",
                *("Billing Address", "Billing Street2", "Billing City", "Billing State"),
                *("Billing Code", "Billing Country"),
            ),
            **_address(
                "shippingAddress",
                *("Shipping Address", "Shipping Street2", "Shipping City", "Shipping State"),
                *("Shipping Code", "Shipping Country"),
            ),
        },
    ),
    ImportSource(
        name="Xero",
        known_by=("*ContactName", "AccountNumber", "EmailAddress", "POAddressLine1"),
        match_by="name",
        columns={
            "*ContactName": "name",
            "AccountNumber": "customerNumber",
            "EmailAddress": "email",
            "PhoneNumber": "phone",
            "TaxNumber": "taxNumber",
            "Website": "website",
            "CompanyNumber": "identificationNumber",
            **_xero("PO", "billingAddress"),
            **_xero("SA", "shippingAddress"),
        },
    ),
    ImportSource(
        name="QuickBooks",
        known_by=("Customer", "Company", "Street Address", "Zip"),
        match_by="name",
        columns={
            "Customer": "name",
            "Email": "email",
            "Phone": "phone",
            "Website": "website",
            "Terms": "paymentTerms",
            "Currency": "currency",
            "Resale Number": "taxNumber",
            "Customer Type": "tags",
            **_address("billingAddress", "Street Address", "Street Address 2", "City", "State", "Zip", "Country"),
        },
    ),
    ImportSource(
        name="vCard",
        known_by=("Name", "Organisation", "Email", "Mobile", "Note"),
        match_by="name",
        columns={
            "Name": "name",
            "Email": "email",
            "Phone": "phone",
            "Website": "website",
            **_address("address", "Street", "Street 2", "City", "State", "Postal code", "Country"),
        },
    ),
)

CONTACT_SOURCES = (
    ImportSource(
        name="Invoice Ninja",
        known_by=("Client Number", "Contact First Name", "Contact Email"),
        match_by="email",
        columns={
            "Client Number": "customerNumber",
            "Client Name": "customerName",
            "Contact First Name": "firstName",
            "Contact Last Name": "lastName",
            "Contact Email": "email",
            "Contact Phone": "phone",
        },
    ),
    ImportSource(
        name="Zoho Books",
        known_by=("Display Name", "EmailID", "First Name", "Last Name"),
        match_by="email",
        columns={
            "Customer Number": "customerNumber",
            "Display Name": "customerName",
            "First Name": "firstName",
            "Last Name": "lastName",
            "EmailID": "email",
            "Phone": "phone",
            "MobilePhone": "mobile",
            "Designation": "title",
            "Department": "department",
        },
    ),
    ImportSource(
        name="Xero",
        known_by=("*ContactName", "FirstName", "LastName"),
        match_by="email",
        columns={
            "*ContactName": "customerName",
            "FirstName": "firstName",
            "LastName": "lastName",
            "EmailAddress": "email",
            "PhoneNumber": "phone",
            "MobileNumber": "mobile",
        },
    ),
    ImportSource(
        name="vCard",
        known_by=("Name", "Organisation", "Email", "Mobile", "Note"),
        match_by="name",
        columns={
            "Name": "name",
            "Organisation": "customerName",
            "Department": "department",
            "Title": "title",
            "Email": "email",
            "Phone": "phone",
            "Mobile": "mobile",
            "Note": "notes",
        },
    ),
)
