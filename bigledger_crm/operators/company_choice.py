"""The page on which an operator chooses the company that the admin's lists show."""

from uuid import UUID

from django.contrib.admin import AdminSite
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from bigledger_crm.tenancy.chosen_company import choose_company
from bigledger_crm.tenancy.models import Company, company_by_public_id

SHOWN = 50


def choose(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """The companies, by name or what was typed; a POST takes one of them, or all."""
    back = _back(request)
    if request.method == "POST":
        key = request.POST.get("company", "")
        company = _company(key)
        if company is not None or not key:
            choose_company(request, company)
            return HttpResponseRedirect(back)
    wanted = request.GET.get("q", "").strip()[:200]
    found = list(_named(wanted)[: SHOWN + 1])
    context = {
        **site.each_context(request),
        "title": "Choose a company",
        "companies": found[:SHOWN],
        "are_more": len(found) > SHOWN,
        "shown": SHOWN,
        "wanted": wanted,
        "next": back,
    }
    return TemplateResponse(request, "admin/choose_company.html", context)


def _company(key: str) -> Company | None:
    try:
        return Company.objects.filter(pk=UUID(key)).first()
    except ValueError:
        return None


def _named(text: str) -> QuerySet[Company]:
    companies = Company.objects.order_by("name", "pk")
    if not text:
        return companies
    key = company_by_public_id(text)
    if key:
        return companies.filter(pk=key)
    named = Q(name__icontains=text) | Q(legal_name__icontains=text) | Q(registration_number__icontains=text)
    return companies.filter(named)


def _back(request: HttpRequest) -> str:
    """Where the operator was, if that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if ours else reverse("admin:index")
