from django.apps import AppConfig

from sales import registrations


class SalesConfig(AppConfig):
    name = "sales"

    def ready(self) -> None:
        """Tells the core what it has."""
        from sales import importing, personal_data  # noqa: PLC0415  it names models, which are there only now

        registrations.register()
        personal_data.register()
        importing.register()
