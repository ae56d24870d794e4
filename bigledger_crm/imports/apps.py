from django.apps import AppConfig
from django.utils.translation import gettext_lazy

from bigledger_crm.registry import ObjectType, object_types


class ImportsConfig(AppConfig):
    name = "bigledger_crm.imports"
    label = "imports"
    verbose_name = "Imports"

    def ready(self) -> None:
        """Registers what webhooks can hear of: the end of an import, not each of its rows."""
        object_types.register(
            ObjectType(
                "import",
                "imp",
                ("completed", "undone"),
                page="pages:import",
                resource="imports",
                titles={"completed": gettext_lazy("Import completed"), "undone": gettext_lazy("Import undone")},
            )
        )
