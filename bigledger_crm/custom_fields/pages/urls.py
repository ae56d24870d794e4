"""The URLs of custom fields; the project includes them under the namespace `pages`."""

from django.urls import path

from bigledger_crm.custom_fields.pages import custom_fields

_FIELD = "settings/custom-fields/<str:public_id>"
urlpatterns = [
    path("settings/custom-fields", custom_fields.CustomFieldListView.as_view(), name="custom-fields"),
    path("settings/custom-fields/new", custom_fields.CustomFieldCreateView.as_view(), name="new-custom-field"),
    path(_FIELD, custom_fields.CustomFieldDetailView.as_view(), name="custom-field"),
    path(f"{_FIELD}/edit", custom_fields.CustomFieldUpdateView.as_view(), name="custom-field-edit"),
    path(f"{_FIELD}/delete", custom_fields.CustomFieldDeleteView.as_view(), name="custom-field-delete"),
    path(f"{_FIELD}/restore", custom_fields.CustomFieldRestoreView.as_view(), name="custom-field-restore"),
]
