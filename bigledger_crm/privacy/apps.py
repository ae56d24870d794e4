from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "bigledger_crm.privacy"
    label = "privacy"
    verbose_name = "Data protection"

    def ready(self) -> None:
        """Registers the people that the core knows, and what of its data can be removed when it is old."""
        from bigledger_crm.privacy import members, old_data  # noqa: PLC0415  models are there only now

        members.register()
        old_data.register()
