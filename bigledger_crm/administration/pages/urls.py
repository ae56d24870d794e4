"""The URLs of administration; the project includes them under the namespace `pages`."""

from django.urls import path

from bigledger_crm.administration.pages import index

urlpatterns = [
    path("settings", index.SettingsIndexView.as_view(), name="settings"),
]
