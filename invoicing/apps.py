from django.apps import AppConfig

from invoicing import registrations


class InvoicingConfig(AppConfig):
    name = "invoicing"

    def ready(self) -> None:
        """Tells the core what it has."""
        from invoicing import importing, personal_data  # noqa: PLC0415  they name models, which are there only now
        from invoicing.reports import email_file  # noqa: PLC0415
        from invoicing.services import tin_checks  # noqa: PLC0415

        registrations.register()
        personal_data.register()
        importing.register()
        tin_checks.register()
        email_file.register()
