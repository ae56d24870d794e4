"""The URLs that supervisors and monitors ask."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bigledger_crm.health import checks, metrics
from bigledger_crm.health.access import may_see_details

FORBIDDEN = "Ask on the machine itself, or send METRICS_TOKEN as Authorization: Bearer"


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answers 200 while the process is alive."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Answers 200 when requests can be served, with `?full` when all work goes on; else 503 with what is wrong."""
    full = "full" in request.GET
    if full and not may_see_details(request):
        return JsonResponse({"status": "forbidden", "message": FORBIDDEN}, status=403)
    problems = checks.everything() if full else checks.readiness()
    ready = not any(problems.values())
    body = {"status": "ok" if ready else "unavailable", **{name: text or "ok" for name, text in problems.items()}}
    return JsonResponse(body, status=200 if ready else 503)


@never_cache
@require_safe
def metrics_page(request: HttpRequest) -> HttpResponse:
    """The figures."""
    if not may_see_details(request):
        return HttpResponse(f"{FORBIDDEN}\n", status=403, content_type="text/plain; charset=utf-8")
    return HttpResponse(metrics.text(), content_type=metrics.CONTENT_TYPE)
