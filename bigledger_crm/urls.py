"""The roof: every address of the product."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path

from bigledger_crm import health
from bigledger_crm.api.views import unknown_address
from bigledger_crm.pages.navigation import Group
from customers.api.urls import urlpatterns as customer_api
from invoicing.api.urls import urlpatterns as invoicing_api
from sales.api.urls import urlpatterns as sales_api

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
    path("api/v1/", include([*customer_api, *sales_api, *invoicing_api])),
    re_path(r"^api(?:/.*)?$", unknown_address),
    path("", include("bigledger_crm.pages.urls")),
]

navigation: list[Group] = []
