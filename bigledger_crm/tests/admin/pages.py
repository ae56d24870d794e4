"""URLs, rows and pages of the admin."""

from typing import Any

from django.contrib import admin
from django.db import connection, models
from django.test import Client
from django.urls import reverse

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.tenancy.admin_base import OperatorAdmin
from bigledger_crm.tenancy.models import Company, SecurityEvent
from bigledger_crm.testing.html import flat

PAGES: dict[type[models.Model], OperatorAdmin] = {
    model: page
    for model, page in sorted(admin.site._registry.items(), key=lambda pair: pair[0]._meta.label)
    if isinstance(page, OperatorAdmin)
}


def admin_url(model: type[models.Model], page: str, *arguments: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


def rows(model: type[models.Model]) -> list[Any]:
    return list(model._base_manager.order_by("pk"))


def newest(page: OperatorAdmin, company: Company) -> list[Any]:
    """The last two rows of a company, or of the installation where they are of none."""
    found = page.model._base_manager.order_by("-pk")
    return list((found.filter(**{page.company_path: company}) if page.company_path else found)[:2])


def text_of(response: Any) -> str:
    assert response.status_code == 200, flat(response)[:2000]
    content: str = flat(response)
    return content


def choose(client: Client, company: Company | None) -> None:
    answer = client.post(reverse("admin:choose-company"), {"company": str(company.pk) if company else ""})
    assert answer.status_code == 302


def act(client: Client, name: str, *chosen: models.Model, confirmed: bool = True, **more: str) -> Any:
    """Posts an action for rows of one model."""
    form = {"action": name, "_selected_action": [str(row.pk) for row in chosen], **more}
    form |= {"confirmed": "yes"} if confirmed else {}
    return client.post(admin_url(type(chosen[0]), "changelist"), form)


def contents(*apart_from: str) -> dict[str, list[str]]:
    """Every row of every table of ours as text, but for some tables."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table not in (*apart_from, "django_session", "django_migrations"):
                cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')
                found[table] = [row for (row,) in cursor.fetchall()]
    return found


def audited(event: str, company: Company) -> AuditEntry:
    """The one entry of the operator's."""
    entry = AuditEntry.unscoped.get(event=event, company=company, actor_name="Root")
    assert entry.address == "127.0.0.1"
    return entry


def noted(event: str) -> SecurityEvent:
    """The one security event of the operator's."""
    return SecurityEvent.objects.get(event=f"security.{event}", actor_name="root@example.com")
