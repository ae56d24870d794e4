"""Choosing another of one's companies."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from bigledger_crm.tenancy.models import Membership
from bigledger_crm.web.views import SESSION_KEY, CompanyView


class CompanySwitchView(CompanyView):
    """Chooses another of one's companies for this session."""

    def _chosen(self, request: HttpRequest) -> Membership:
        """The membership in the posted company; one that isn't the person's is a 404."""
        wanted = request.POST.get("company")
        membership = next((one for one in self.memberships if one.company.public_id == wanted), None)
        if membership is None:
            raise Http404("No such company")
        return membership

    def post(self, request: HttpRequest) -> HttpResponse:
        """Goes home in the company."""
        request.session[SESSION_KEY] = str(self.actor.company.pk)
        return HttpResponseRedirect("/")
