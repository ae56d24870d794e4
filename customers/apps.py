from django.apps import AppConfig

from customers import registrations


class CustomersConfig(AppConfig):
    name = "customers"

    def ready(self) -> None:
        """Tells the core what it has."""
        from customers import importing, old_data, personal_data  # noqa: PLC0415  they name models, which are there only now

        registrations.register()
        personal_data.register()
        old_data.register()
        importing.register()
