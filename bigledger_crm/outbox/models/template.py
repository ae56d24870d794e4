"""A company's own words for its emails."""

from django.db import models

from bigledger_crm.kernel import clock
from bigledger_crm.kernel.languages import LANGUAGES
from bigledger_crm.tenancy.base_models import CompanyOwnedModel


class MailTemplate(CompanyOwnedModel):
    """What emails of a kind say in a language, with placeholders; without a row they say the standard words."""

    PREFIX = "tmpl"
    kind = models.CharField(max_length=20)
    language = models.CharField(max_length=10, choices=list(LANGUAGES.items()))
    subject = models.CharField(max_length=200)
    body = models.TextField()
    updated_at = models.DateTimeField(default=clock.now)
    updated_by = models.CharField(max_length=40)

    class Meta(CompanyOwnedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["company", "kind", "language"], name="mailtemplate_once")]

    def __str__(self) -> str:
        return f"{self.kind}, {self.language}"
