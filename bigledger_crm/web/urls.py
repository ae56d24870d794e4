"""The URLs of the search and of the style guide; the project includes them under the namespace `pages`."""

from django.urls import path

from bigledger_crm.web.search_page import Search
from bigledger_crm.web.styleguide import Styleguide, StyleguideForm

urlpatterns = [
    path("search", Search.as_view(), name="search"),
    path("styleguide", Styleguide.as_view(), name="styleguide"),
    path("styleguide/form", StyleguideForm.as_view(), name="styleguide-form"),
]
