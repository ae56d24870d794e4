"""The URLs of customers and sales, and what they list for their pages, without invoicing."""

from django.urls import include, path, reverse_lazy
from django.views.generic import RedirectView

from bigledger_crm.account.urls import allauth_urlpatterns
from bigledger_crm.account.urls import urlpatterns as account_pages
from bigledger_crm.administration.pages.urls import urlpatterns as administration_pages
from bigledger_crm.api.attachments import AttachmentDownload
from bigledger_crm.integrations.pages.urls import urlpatterns as integration_pages
from bigledger_crm.privacy.pages.urls import urlpatterns as privacy_pages
from bigledger_crm.web.navigation import Entry, Group
from bigledger_crm.web.urls import urlpatterns as web_pages
from customers.api.urls import urlpatterns as customer_api
from customers.pages.extensions import CustomerPage, CustomerTab
from customers.pages.search import CONTACTS, CUSTOMERS
from sales.api.urls import urlpatterns as sales_api
from sales.pages.action_buttons import new_quote_button
from sales.pages.search import ITEMS, ORDERS, QUOTES
from sales.pages.styleguide import EDITOR

_pages = [*account_pages, *web_pages, *integration_pages, *administration_pages, *privacy_pages]
urlpatterns = [
    path("", RedirectView.as_view(url=reverse_lazy("customers:list"))),
    path("api/v1/attachments/<str:public_id>", AttachmentDownload.as_view()),
    path("api/v1/", include([*customer_api, *sales_api])),
    path("", include((_pages, "pages"))),
    path("", include(allauth_urlpatterns)),
    path("", include("customers.pages.urls")),
    path("", include("sales.pages.urls")),
]
navigation = [
    Group(
        "Sales",
        [
            Entry("Customers", "customers:list", "customers"),
            Entry("Contacts", "customers:all-contacts", "customers"),
            Entry("Items", "sales:items", "items"),
            Entry("Quotes", "sales:quotes", "quotes"),
            Entry("Orders", "sales:orders", "sales-orders"),
            Entry("Shipments", "sales:shipments", "sales-orders"),
            Entry("Outbox", "pages:outbox"),
            Entry("Email templates", "pages:email-templates"),
            Entry("Webhooks", "pages:webhooks", "webhooks"),
        ],
    )
]
finders = [CUSTOMERS, QUOTES, ORDERS, CONTACTS, ITEMS]
commands = [Entry("New quote", "sales:new-quote", "quotes")]
customer_page = CustomerPage(
    tabs=[
        CustomerTab("sales:customer-quotes", "Quotes", "quotes"),
        CustomerTab("sales:customer-orders", "Orders", "sales-orders"),
    ],
    buttons=[new_quote_button],
    orders="sales:orders",
)
styleguide_sections = [EDITOR]
