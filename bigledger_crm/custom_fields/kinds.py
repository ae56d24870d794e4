"""The models of the kinds of objects that can have custom fields."""

from typing import cast

from django.apps import apps

from bigledger_crm.registry import fielded_kinds
from bigledger_crm.tenancy.base_models import CompanyOwnedModel


def object_type_of(model: type[CompanyOwnedModel]) -> str:
    """The name of the kind whose objects a model is."""
    return next(kind.name for kind in fielded_kinds if kind.model == model._meta.label)


def model_of(object_type: str) -> type[CompanyOwnedModel]:
    """The model with the values of a kind's fields."""
    return cast("type[CompanyOwnedModel]", apps.get_model(fielded_kinds[object_type].model))
