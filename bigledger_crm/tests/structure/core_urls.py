"""The URLs of the core alone."""

from django.urls import include, path

from bigledger_crm.account.urls import allauth_urlpatterns
from bigledger_crm.account.urls import urlpatterns as account_pages
from bigledger_crm.administration.pages.urls import urlpatterns as administration_pages
from bigledger_crm.integrations.api.urls import urlpatterns as integration_api
from bigledger_crm.integrations.pages.urls import urlpatterns as integration_pages
from bigledger_crm.privacy.pages.urls import urlpatterns as privacy_pages
from bigledger_crm.web.urls import urlpatterns as web_pages

_pages = [*account_pages, *web_pages, *integration_pages, *administration_pages, *privacy_pages]
urlpatterns = [
    path("api/v1/", include([*integration_api])),
    path("api/", include("bigledger_crm.api.schema.urls")),
    path("", include((_pages, "pages"))),
    path("", include(allauth_urlpatterns)),
]
