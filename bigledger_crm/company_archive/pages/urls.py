"""The URLs of exports of a company; the project includes them under the namespace `pages`."""

from django.urls import path

from bigledger_crm.company_archive.pages import exports

urlpatterns = [
    path("settings/exports", exports.CompanyExportsView.as_view(), name="company-exports"),
    path("settings/exports/<str:public_id>", exports.CompanyExportDownloadView.as_view(), name="company-export"),
    path(
        "settings/exports/<str:public_id>/delete",
        exports.DeleteCompanyExportView.as_view(),
        name="delete-company-export",
    ),
]
