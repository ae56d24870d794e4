"""How a company reports its invoices to LHDN's MyInvois."""

from django.db import models
from django.db.models import Q

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.base_models import CompanyOwnedModel, company_key

ENVIRONMENTS = ("simulator", "sandbox", "production")
VERSIONS = ("1.0", "1.1")
SUBMIT_WHEN = ("by_hand", "on_issue", "daily")


class EInvoiceSettings(CompanyOwnedModel):
    """At most one row for each company; without one, or without an `environment`, nothing is reported.

    `client_secret`, `certificate` (PKCS#12, base64) and `certificate_password` are encrypted by tenancy.encryption.
    Without a certificate of its own the company signs with the installation's, whose subject and expiry are kept here.
    `starts_on` is the first invoice date that is reported.  Up to `relaxation_until` a consolidated e-invoice may hold
    sales of any amount.
    """

    NOT_ARCHIVED = "the connection to LHDN with its secret and certificate"
    PREFIX = "eis"
    environment = models.CharField(max_length=10, blank=True, choices=[(name, name) for name in ENVIRONMENTS])
    client_id = models.CharField(max_length=100, blank=True)
    client_secret = models.TextField(blank=True)
    client_secret_saved_at = models.DateTimeField(null=True, blank=True)
    on_behalf_of = models.CharField(max_length=40, blank=True)
    version = models.CharField(max_length=3, default="1.0", choices=[(name, name) for name in VERSIONS])
    certificate = models.TextField(blank=True)
    certificate_password = models.TextField(blank=True)
    certificate_subject = models.CharField(max_length=300, blank=True)
    certificate_expires_at = models.DateTimeField(null=True, blank=True)
    submit_when = models.CharField(max_length=10, default="by_hand", choices=[(name, name) for name in SUBMIT_WHEN])
    starts_on = models.DateField(null=True, blank=True)
    relaxation_until = models.DateField(null=True, blank=True)
    emails_wait = models.BooleanField(default=False)
    shipping_as_line = models.BooleanField(default=False)
    tested_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(default=clock.now)

    class Meta(CompanyOwnedModel.Meta):
        verbose_name_plural = "e-invoice settings"
        constraints = [
            company_key("einvoicesettings_company_key"),
            models.UniqueConstraint(fields=["company"], name="einvoicesettings_one_each"),
            models.CheckConstraint(
                condition=Q(environment__in=("", *ENVIRONMENTS)), name="einvoicesettings_environment_known"
            ),
            models.CheckConstraint(condition=Q(version__in=VERSIONS), name="einvoicesettings_version_known"),
            models.CheckConstraint(condition=Q(submit_when__in=SUBMIT_WHEN), name="einvoicesettings_submit_when_known"),
            models.CheckConstraint(
                condition=Q(environment="") | ~Q(client_id="") & ~Q(client_secret="") & Q(starts_on__isnull=False),
                name="einvoicesettings_whole",
            ),
            models.CheckConstraint(
                condition=Q(environment="") | Q(version="1.0") | Q(certificate_expires_at__isnull=False),
                name="einvoicesettings_signed_by_certificate",
            ),
        ]

    def __str__(self) -> str:
        return self.environment or "off"
