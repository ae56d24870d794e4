"""The form of a step of the reminders' schedule, with its texts in every language."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from bigledger_crm.kernel.errors import FieldError
from bigledger_crm.kernel.languages import LANGUAGES
from invoicing.inputs import ReminderStepInput
from invoicing.models import ReminderStep
from invoicing.rules.reminders import PLACEHOLDERS, TEXTS, check_step

DAYS = {
    "invoice": gettext_lazy("Days after the due date"),
    "quote": gettext_lazy("Days after the valid-until date"),
}
DOCUMENTS = {"invoice": gettext_lazy("Invoice"), "quote": gettext_lazy("Quote")}


class StepForm(forms.Form):
    """A step of the schedule."""

    document = forms.ChoiceField(label=gettext_lazy("Document"), choices=list(DOCUMENTS.items()))
    days = forms.IntegerField(
        label=DAYS["invoice"],
        help_text=gettext_lazy("A negative number means before that date. For a quote, before its valid-until date."),
    )
    subject = forms.CharField(label=gettext_lazy("Subject"))
    message = forms.CharField(label=gettext_lazy("Message"), widget=forms.Textarea)

    def __init__(
        self, data: Any = None, *, document: str = "", languages: Sequence[str], initial: dict[str, Any]
    ) -> None:
        """`document` is that of a stored step, which keeps it; `languages` are those of its translations."""
        super().__init__(data, initial=initial)
        self.languages = languages
        kinds = [document] if document else list(PLACEHOLDERS)
        if document:
            del self.fields["document"]
            self.fields["days"].label = DAYS[document]
            self.fields["days"].help_text = gettext_lazy("A negative number means before that date.")
        self.fields["message"].help_text = " ".join(
            f"{DOCUMENTS[kind]}: {', '.join(f'{{{name}}}' for name in PLACEHOLDERS[kind])}." for kind in kinds
        )
        for language in languages:
            for name in TEXTS:
                field = forms.CharField(
                    label=self.fields[name].label, required=False, widget=type(self.fields[name].widget)
                )
                self.fields[f"translations_{language}_{name}"] = field

    def translations(self) -> list[tuple[str, list[forms.BoundField], bool]]:
        """Each language: its name, its fields, and whether to show them at once."""
        groups = []
        for language in self.languages:
            fields = [self[f"translations_{language}_{name}"] for name in TEXTS]
            groups.append((LANGUAGES[language], fields, any(field.errors for field in fields)))
        return groups

    def also_wrong(self, document: str) -> list[FieldError]:
        """What the rules refuse of the fields that could be read, translations apart."""
        given = {name: self.cleaned_data[name] for name in ("days", *TEXTS) if name in self.cleaned_data}
        return check_step(self.cleaned_data.get("document", document), ReminderStepInput(**given))

    def step_input(self) -> ReminderStepInput:
        """What the services of steps take; a language without any text is left out."""
        values = {name: value for name, value in self.cleaned_data.items() if not name.startswith("translations_")}
        texts = {
            language: {name: self.cleaned_data[f"translations_{language}_{name}"] for name in TEXTS}
            for language in self.languages
        }
        translations = {language: both for language, both in texts.items() if any(both.values())}
        return ReminderStepInput(**values, translations=translations)


def step_initial(step: ReminderStep) -> dict[str, Any]:
    """What the form shows of a stored step."""
    initial = {name: getattr(step, name) for name in ("days", *TEXTS)}
    for language, texts in step.translations.items():
        initial |= {f"translations_{language}_{name}": texts[name] for name in TEXTS}
    return initial
