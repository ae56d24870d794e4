"""Invitations, emails about accounts, and what allauth remembers for a while."""

from django.db import models
from django.db.models import Q

from bigledger_crm.kernel import clock, ids
from bigledger_crm.kernel.languages import DEFAULT, LANGUAGES
from bigledger_crm.tenancy.models import Company, User
from bigledger_crm.tenancy.permissions import LIMITABLE_ROLE, ROLE_PERMISSIONS


class Invitation(models.Model):
    """Somebody is asked to join a company: by a link to their address that works once, until `expires_at`."""

    PREFIX = "invi"
    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=20, choices=[(role, role.title()) for role in ROLE_PERMISSIONS], default="sales")
    own_records_only = models.BooleanField(default=False)
    invited_by = models.CharField(max_length=254)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=list(ROLE_PERMISSIONS)), name="invitation_role_known"),
            models.CheckConstraint(
                condition=Q(own_records_only=False) | Q(role=LIMITABLE_ROLE), name="invitation_limited_in_sales_only"
            ),
            models.UniqueConstraint(
                fields=["company", "email"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.company}"

    @property
    def public_id(self) -> str:
        """`invi_…`"""
        return ids.encode(self.PREFIX, self.id)

    def is_open(self) -> bool:
        """Whether it can still be accepted."""
        return self.accepted_at is None and self.withdrawn_at is None and clock.now() < self.expires_at


class AccountEmail(models.Model):
    """An email of the installation to a person about their account; no company's, and no link is kept in it.

    Not in the outbox, where colleagues read what was sent: whoever reads a link to a new password can use it.  `about`
    is what the email needs beside the person, such as the id of an invitation.
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    kind = models.CharField(max_length=40)
    to = models.CharField(max_length=254)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    about = models.JSONField(default=dict)
    language = models.CharField(max_length=10, choices=list(LANGUAGES.items()), default=DEFAULT)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=clock.now, null=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    done_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at"], name="accountemail_due", condition=Q(next_attempt_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to}"


class CacheEntry(models.Model):
    """A row of Django's DatabaseCache: counts of attempts and codes that were used."""

    cache_key = models.CharField(primary_key=True, max_length=255)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "account_cache"

    def __str__(self) -> str:
        return self.cache_key
