"""Addresses, rows and pages of the admin."""

from typing import Any

from django.db import models
from django.urls import reverse

from bigledger_crm.testing.html import flat


def address(model: type[models.Model], page: str, *arguments: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


def rows(model: type[models.Model]) -> list[Any]:
    return list(model._base_manager.order_by("pk"))


def text_of(response: Any) -> str:
    assert response.status_code == 200, flat(response)[:2000]
    content: str = flat(response)
    return content
