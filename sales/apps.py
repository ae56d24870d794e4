from django.apps import AppConfig

from sales import registrations


class SalesConfig(AppConfig):
    name = "sales"

    def ready(self) -> None:
        """Tells the core what it has."""
        registrations.register()
