"""The URLs of the search and of the style guide; the project includes them under the namespace `pages`."""

from django.urls import path

from bigledger_crm.web.owners import OwnerAutocompleteView
from bigledger_crm.web.search_page import SearchView
from bigledger_crm.web.styleguide import StyleguideFormView, StyleguideView

urlpatterns = [
    path("search", SearchView.as_view(), name="search"),
    path("members/options", OwnerAutocompleteView.as_view(), name="owner-options"),
    path("styleguide", StyleguideView.as_view(), name="styleguide"),
    path("styleguide/form", StyleguideFormView.as_view(), name="styleguide-form"),
]
