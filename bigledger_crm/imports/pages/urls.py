"""The URLs of imports; the project includes them under the namespace `pages`."""

from django.urls import path

from bigledger_crm.imports.pages import imports, lists, steps

_IMPORT = "imports/<str:public_id>"
urlpatterns = [
    path("imports", lists.ImportListView.as_view(), name="imports"),
    path("imports/new", steps.NewImportView.as_view(), name="new-import"),
    path(_IMPORT, imports.ImportView.as_view(), name="import"),
    path(f"{_IMPORT}/columns", steps.ImportColumnsView.as_view(), name="import-columns"),
    path(f"{_IMPORT}/rehearse", steps.RehearseImportView.as_view(), name="rehearse-import"),
    path(f"{_IMPORT}/run", steps.RunImportView.as_view(), name="run-import"),
    path(f"{_IMPORT}/cancel", steps.CancelImportView.as_view(), name="cancel-import"),
    path(f"{_IMPORT}/undo", steps.UndoImportView.as_view(), name="undo-import"),
    path(f"{_IMPORT}/rejected", imports.RejectedRowsView.as_view(), name="rejected-rows"),
]
