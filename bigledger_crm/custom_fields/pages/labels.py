"""Words for custom fields."""

from django.utils.translation import gettext_lazy

FIELD_TYPES = {
    "text": gettext_lazy("Text"),
    "number": gettext_lazy("Number"),
    "money": gettext_lazy("Amount of money"),
    "date": gettext_lazy("Date"),
    "yes_no": gettext_lazy("Yes or no"),
    "choice": gettext_lazy("Choice"),
    "choices": gettext_lazy("Several choices"),
    "person": gettext_lazy("Member"),
    "link": gettext_lazy("Link"),
}
ROLES = {
    "owner": gettext_lazy("Owner"),
    "manager": gettext_lazy("Manager"),
    "finance": gettext_lazy("Finance"),
    "sales": gettext_lazy("Sales"),
    "viewer": gettext_lazy("Viewer"),
}
