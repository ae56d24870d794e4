"""Every URL of the product, and what the apps register with the pages that know no app."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from bigledger_crm.account.urls import allauth_urlpatterns
from bigledger_crm.account.urls import urlpatterns as account_pages
from bigledger_crm.administration.pages.urls import urlpatterns as administration_pages
from bigledger_crm.api.attachments import AttachmentDownload
from bigledger_crm.api.viewsets import unknown_url
from bigledger_crm.company_archive.api.urls import urlpatterns as company_archive_api
from bigledger_crm.company_archive.pages.urls import urlpatterns as company_archive_pages
from bigledger_crm.custom_fields.api.urls import urlpatterns as custom_field_api
from bigledger_crm.custom_fields.pages.urls import urlpatterns as custom_field_pages
from bigledger_crm.health import views as health
from bigledger_crm.imports.api.urls import urlpatterns as import_api
from bigledger_crm.imports.pages.urls import urlpatterns as import_pages
from bigledger_crm.integrations.api.urls import urlpatterns as integration_api
from bigledger_crm.integrations.pages.urls import urlpatterns as integration_pages
from bigledger_crm.privacy.pages.urls import urlpatterns as privacy_pages
from bigledger_crm.tenancy.permissions import MANAGE_SETTINGS
from bigledger_crm.web.components import Text
from bigledger_crm.web.navigation import Entry, Group
from bigledger_crm.web.urls import urlpatterns as web_pages
from customers.api.urls import urlpatterns as customer_api
from customers.pages.extensions import CustomerPage, CustomerTab
from customers.pages.search import CONTACTS, CUSTOMERS
from invoicing.api.urls import urlpatterns as invoicing_api
from invoicing.pages.action_buttons import invoice_order_buttons
from invoicing.pages.activity import objects_of, recent_objects
from invoicing.pages.funnel_filter import FunnelQuoteListView
from invoicing.pages.related_documents import sale_of
from invoicing.pages.search import CREDIT_NOTES, INVOICES, PAYMENTS
from invoicing.pages.statement_bulk import SEND_STATEMENTS
from invoicing.pages.tin_checks import check_tin_button
from sales.api.urls import urlpatterns as sales_api
from sales.pages.action_buttons import new_quote_button
from sales.pages.extensions import DocumentPages
from sales.pages.search import ITEMS, ORDERS, QUOTES
from sales.pages.styleguide import EDITOR

_pages = [
    *(*account_pages, *web_pages, *integration_pages, *administration_pages),
    *(*privacy_pages, *import_pages, *company_archive_pages, *custom_field_pages),
]
_core_api = [*integration_api, *import_api, *company_archive_api, *custom_field_api]
urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics_page, name="metrics"),
    path("admin/", admin.site.urls),
    path("api/v1/attachments/<str:public_id>", csrf_exempt(AttachmentDownload.as_view())),
    path("api/v1/", include([*customer_api, *sales_api, *invoicing_api, *_core_api])),
    path("api/", include("bigledger_crm.api.schema.urls")),
    re_path(r"^api(?:/|$)", unknown_url),
    path("", include((_pages, "pages"))),
    path("", include(allauth_urlpatterns)),
    path("", include("customers.pages.urls")),
    # The list of quotes that can be narrowed by the invoices that came of them, in place of sales' own.
    path("quotes", FunnelQuoteListView.as_view()),
    path("", include("sales.pages.urls")),
    path("", include("invoicing.pages.urls")),
]

handler500 = "bigledger_crm.web.timeouts.broken"

navigation = [
    Group("", [Entry(_("Home"), "invoicing:home", icon="house", keys="g h")]),
    Group(
        _("Sales"),
        [
            Entry(_("Customers"), "customers:list", "customers", "users", "g c"),
            Entry(_("Contacts"), "customers:all-contacts", "customers", "person"),
            Entry(_("Items"), "sales:items", "items", "package", "g t"),
            Entry(_("Quotes"), "sales:quotes", "quotes", "file-text", "g q"),
            Entry(_("Orders"), "sales:orders", "sales-orders", "shopping-cart", "g o"),
            Entry(_("Shipments"), "sales:shipments", "sales-orders", "truck"),
            Entry(_("Invoices"), "invoicing:invoices", "invoices", "receipt", "g i"),
            Entry(_("E-invoices"), "invoicing:einvoices", "einvoices", "file-check", country="MY"),
            Entry(_("Credit notes"), "invoicing:credit-notes", "credit-notes", "file-check"),
            Entry(_("Payments"), "invoicing:payments", "payments", "wallet", "g p"),
            Entry(_("Bank"), "invoicing:bank", "bank", "landmark", "g b"),
        ],
    ),
    Group(
        _("Follow up"),
        [
            Entry(_("Analytics"), "invoicing:analytics", "analytics", "chart-column"),
            Entry(_("Reports"), "invoicing:reports", "analytics", "file-text"),
            Entry(_("Aged receivables"), "invoicing:receivables", "invoices", "banknote"),
            Entry(_("Journal"), "invoicing:journal", "journal", "rows-3"),
            Entry(
                _("Not ready for e-invoices"), "invoicing:customers-not-ready", "invoices", "file-check", country="MY"
            ),
            Entry(_("Consolidate a month"), "invoicing:consolidation", "einvoices", "file-check", country="MY"),
            Entry(_("Reminders"), "invoicing:reminders", "reminders", "bell", "g r"),
            Entry(_("Batches"), "invoicing:batches", "invoices", "boxes"),
            Entry(_("Outbox"), "pages:outbox", icon="send", keys="g x"),
        ],
    ),
    Group(
        _("Settings"),
        [
            Entry(_("Company"), "sales:company", icon="globe", permission=MANAGE_SETTINGS),
            Entry(_("Document design"), "sales:branding", icon="file-text", permission=MANAGE_SETTINGS),
            Entry(_("Email templates"), "pages:email-templates", icon="mail", permission=MANAGE_SETTINGS),
            Entry(_("Webhooks"), "pages:webhooks", "webhooks", "webhook"),
            Entry(_("Imports"), "pages:imports", "imports", "upload"),
            Entry(_("All settings"), "pages:settings", icon="settings"),
        ],
    ),
]


def _managed(label: Text, url_name: str, icon: str, about: Text, country: str = "") -> Entry:
    return Entry(label, url_name, icon=icon, permission=MANAGE_SETTINGS, about=about, country=country)


# Every page of settings, for their index and the command palette.
settings_pages = [
    Group(
        _("Company"),
        [
            _managed(
                _("Company"),
                "sales:company",
                "globe",
                _("Name, address, SSM, TIN and SST numbers, bank details, logo and currency"),
            ),
            _managed(_("Numbering"), "invoicing:numbering", "tag", _("How quotes, orders, invoices and others count")),
            Entry(_("Taxes"), "sales:tax-codes", "tax-codes", "percent", about=_("Tax codes and their dated rates")),
            _managed(
                _("Terms"), "sales:terms", "calendar-clock", _("Payment terms, quote validity, discount limit, texts")
            ),
            Entry(
                _("Custom fields"),
                "pages:custom-fields",
                "custom-fields",
                "rows-3",
                about=_("What customers and items have besides: fields of your own"),
            ),
            Entry(
                _("Bank accounts"),
                "invoicing:bank-accounts",
                "bank",
                "landmark",
                about=_("Accounts, their statements, and matching by payment reference"),
            ),
            _managed(
                _("E-invoices"),
                "invoicing:einvoice-settings",
                "file-check",
                _("Reporting invoices to LHDN’s MyInvois: connection, certificate, and when"),
                country="MY",
            ),
            _managed(
                _("Journal accounts"),
                "invoicing:journal-accounts",
                "rows-3",
                _("Codes and names of the accounts that the journal posts to"),
            ),
        ],
    ),
    Group(
        _("Documents and emails"),
        [
            _managed(_("Email"), "pages:email-settings", "send", _("Sender, reply-to address, test, SPF and DKIM")),
            _managed(_("Document design"), "sales:branding", "file-text", _("Logo, colour and texts of PDFs")),
            _managed(
                _("Email templates"), "pages:email-templates", "mail", _("What emails say, in each customer's language")
            ),
            Entry(
                _("Reminders"),
                "invoicing:reminders",
                "reminders",
                "bell",
                about=_("When customers are reminded, and how"),
            ),
        ],
    ),
    Group(
        _("Access and integrations"),
        [
            Entry(
                _("Members"),
                "pages:members",
                icon="users",
                permission="members:manage",
                about=_("Colleagues, their roles, and invitations"),
            ),
            Entry(
                _("API keys"),
                "pages:api-keys",
                icon="key",
                permission="api-keys:manage",
                about=_("Who reads and changes data through the API"),
            ),
            Entry(
                _("Audit log"),
                "pages:audit-log",
                "audit-log",
                "history",
                about=_("Who changed what, when and from where"),
            ),
            Entry(_("Webhooks"), "pages:webhooks", "webhooks", "webhook", about=_("Notify other systems of events")),
            Entry(
                _("Imports"),
                "pages:imports",
                "imports",
                "upload",
                about=_("Customers, contacts and items from files, and undoing imports"),
            ),
            Entry(
                _("Data"),
                "pages:data",
                icon="archive",
                permission="privacy:manage",
                about=_("Archives about people, and how long data is kept"),
            ),
            Entry(
                _("Export"),
                "pages:company-exports",
                "company-exports",
                "download",
                about=_("All data of the company in one file"),
            ),
        ],
    ),
]

# What sales and invoicing add to the page of a customer.
customer_page = CustomerPage(
    tabs=[
        CustomerTab("sales:customer-quotes", _("Quotes"), "quotes"),
        CustomerTab("sales:customer-orders", _("Orders"), "sales-orders"),
        CustomerTab("invoicing:customer-invoices", _("Invoices"), "invoices"),
        CustomerTab("invoicing:customer-payments", _("Payments"), "payments"),
        CustomerTab("invoicing:customer-statement", _("Statement"), "customers"),
    ],
    buttons=[check_tin_button, new_quote_button],
    bulk=[SEND_STATEMENTS],
    summary="invoicing:customer-summary",
    invoices="invoicing:invoices",
    orders="sales:orders",
)
# What invoicing adds to the pages of quotes and orders.
document_pages = DocumentPages(sale=sale_of, order_buttons=[invoice_order_buttons])
# What stands below the list of email templates.
email_template_notes = ["invoicing/email_templates_note.html"]
styleguide_sections = [EDITOR]
# What events happened to, in words: which, whose and how much.
event_objects = objects_of
# What the search over everything looks through, and in which order it shows it.
finders = [CUSTOMERS, INVOICES, QUOTES, ORDERS, CREDIT_NOTES, PAYMENTS, CONTACTS, ITEMS]
# What a person worked on last, for the command palette.
recent = recent_objects
# What the command palette can begin; the resource is the one that must be writable.
commands = [
    Entry(_("New customer"), "customers:new", "customers", "users"),
    Entry(_("New quote"), "sales:new-quote", "quotes"),
    Entry(_("New order"), "sales:new-order", "sales-orders", "shopping-cart"),
    Entry(_("New invoice"), "invoicing:new-invoice", "invoices", "receipt"),
    Entry(_("New item"), "sales:new-item", "items"),
    Entry(_("Import a file"), "pages:new-import", "imports", "upload"),
    Entry(_("Your profile"), "pages:account", icon="user"),
    Entry(_("Your email address"), "pages:account-email", icon="mail"),
    Entry(_("Your password"), "account_change_password", icon="key"),
    Entry(_("Your second factor"), "mfa_index", icon="shield-check"),
    Entry(_("Your data"), "pages:own-data", icon="archive"),
    Entry(_("Your sessions"), "usersessions_list", icon="monitor"),
    Entry(_("Leave company"), "pages:leave-company", icon="log-out"),
]
