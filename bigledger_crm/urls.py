"""The roof: every address of the product."""

from django.urls import URLPattern, URLResolver, include, path

from bigledger_crm import health
from bigledger_crm.pages.navigation import Group

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("bigledger_crm.pages.urls")),
]

navigation: list[Group] = []
