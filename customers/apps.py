from django.apps import AppConfig

from customers import registrations


class CustomersConfig(AppConfig):
    name = "customers"

    def ready(self) -> None:
        """Tells the core what it has."""
        registrations.register()
