"""The index of settings."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bigledger_crm.web.navigation import settings_for
from bigledger_crm.web.views import CompanyView


class SettingsIndexView(CompanyView):
    """Every page of settings that the person may see."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The index."""
        return self.page("administration/index.html", title=_("Settings"), groups=settings_for(self.actor))
