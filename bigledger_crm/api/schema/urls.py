"""The URLs of the API's description, below /api/."""

from django.urls import path

from bigledger_crm.api.schema import views

app_name = "api-docs"
urlpatterns = [
    path("docs", views.swagger_ui, name="swagger-ui"),
    path("docs/redoc", views.redoc, name="redoc"),
    path("openapi.json", views.openapi_json, name="json"),
    path("openapi.yaml", views.openapi_yaml, name="yaml"),
]
