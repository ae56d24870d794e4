"""The URLs of data about people; the project includes them under the namespace `pages`."""

from django.urls import path

from bigledger_crm.privacy.pages import archives, data, retention

_ARCHIVE = "settings/data/archives/<str:public_id>"
urlpatterns = [
    path("settings/data", data.DataView.as_view(), name="data"),
    path("settings/data/retention", retention.RetentionView.as_view(), name="retention"),
    path(_ARCHIVE, archives.ArchiveDownloadView.as_view(), name="archive"),
    path(f"{_ARCHIVE}/delete", archives.ArchiveDeleteView.as_view(), name="delete-archive"),
    path(
        "settings/members/<str:public_id>/archive",
        archives.ArchiveRequestView.as_view(kind="member"),
        name="member-archive",
    ),
    path("account/data", archives.OwnDataView.as_view(), name="own-data"),
    path("account/data/<str:public_id>", archives.OwnArchiveDownloadView.as_view(), name="own-archive"),
]
