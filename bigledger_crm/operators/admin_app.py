"""Django's admin with our site."""

from django.contrib.admin.apps import AdminConfig


class OperatorAdminConfig(AdminConfig):
    """The admin for operators."""

    default_site = "bigledger_crm.operators.admin_site.OperatorSite"
