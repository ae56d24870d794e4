from django.apps import AppConfig

from invoicing import registrations


class InvoicingConfig(AppConfig):
    name = "invoicing"

    def ready(self) -> None:
        """Tells the core what it has."""
        registrations.register()
