"""Companies, people, memberships and API keys."""

from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from bigledger_crm.kernel import clock, ids
from bigledger_crm.kernel.languages import DEFAULT, LANGUAGES
from bigledger_crm.tenancy.permissions import LIMITABLE_ROLE, ROLE_PERMISSIONS


class UserManager(BaseUserManager["User"]):
    """Makes people, who sign in with their email address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A new person; without a password they can't sign in."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A new operator of the whole installation."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


PAPER_SIZES = ("A4", "Letter")
NUMBERED_KINDS = ("customer", "quote", "order", "invoice", "credit_note")


class User(AbstractBaseUser, PermissionsMixin):
    """A person.  What they may do in a company stands in their membership."""

    PREFIX = "user"
    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10, choices=list(LANGUAGES.items()), default=DEFAULT)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower_case")]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def public_id(self) -> str:
        """`user_…`"""
        return ids.encode(self.PREFIX, self.id)


class Company(models.Model):
    """A business that keeps its books here, with its settings."""

    PREFIX = "comp"
    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    name = models.CharField(max_length=200)
    legal_name = models.CharField(max_length=200, blank=True)
    registration_number = models.CharField(max_length=50, blank=True)
    tin = models.CharField(max_length=50, blank=True, default="")
    # Under which it charges tax: SST in Malaysia, GST or VAT elsewhere.
    tax_number = models.CharField(max_length=50, blank=True)
    tourism_tax_number = models.CharField(max_length=50, blank=True, default="")
    # What it does, by the Malaysia Standard Industrial Classification, and in its own words: e-invoices say both.
    msic_code = models.CharField(max_length=5, blank=True, default="")
    business_activity = models.CharField(max_length=300, blank=True, default="")
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    website = models.URLField(blank=True)
    # What emails come from instead of the name, and where answers go instead of to who sends.
    sender_name = models.CharField(max_length=100, blank=True, default="")
    reply_to = models.EmailField(blank=True, default="")
    address = models.JSONField(default=dict, blank=True)
    country = models.CharField(max_length=2, default="MY")
    currency = models.CharField(max_length=3, default="MYR")
    time_zone = models.CharField(max_length=64, default="Asia/Kuala_Lumpur")
    language = models.CharField(max_length=10, choices=list(LANGUAGES.items()), default=DEFAULT)
    customer_number_pattern = models.CharField(max_length=40, default="CUST-{number:4}")
    quote_number_pattern = models.CharField(max_length=40, default="QT-{year}-{number:4}")
    order_number_pattern = models.CharField(max_length=40, default="SO-{year}-{number:4}")
    invoice_number_pattern = models.CharField(max_length=40, default="INV-{year}-{number:4}")
    credit_note_number_pattern = models.CharField(max_length=40, default="CN-{year}-{number:4}")
    payment_terms = models.PositiveSmallIntegerField(default=30)  # days, of new customers
    quote_validity_days = models.PositiveSmallIntegerField(default=30)
    # In percent, of whoever has no right to exceed it; None for no limit.
    max_discount_percent = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    quote_terms = models.TextField(blank=True)
    invoice_terms = models.TextField(blank=True)
    # What may be written off as a small difference, in the company's currency.
    small_difference_tolerance = models.DecimalField(max_digits=19, decimal_places=4, default=Decimal("0.05"))
    bank_details = models.TextField(blank=True)
    # What QR codes on invoices pay to: an account with an IBAN, or whom the text of the company's static code names.
    iban = models.CharField(max_length=34, blank=True, default="")
    bic = models.CharField(max_length=11, blank=True, default="")
    static_qr = models.CharField(max_length=512, blank=True, default="")
    logo = models.CharField(max_length=120, blank=True, default="", editable=False)
    accent_color = models.CharField(max_length=7, blank=True, default="")
    letterhead = models.CharField(max_length=200, blank=True, default="")
    footer = models.CharField(max_length=300, blank=True, default="")
    setup_skipped = ArrayField(models.CharField(max_length=20), default=list, blank=True, editable=False)
    paper_size = models.CharField(max_length=10, choices=[(size, size) for size in PAPER_SIZES], default="A4")
    # Another one whenever a custom field of the company changes; None while it has none.
    custom_fields_version = models.UUIDField(null=True, editable=False)
    requires_second_factor = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name_plural = "companies"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    **{f"{kind}_number_pattern__regex": r"\{number(:[0-9]{1,2})?\}" for kind in NUMBERED_KINDS}
                ),
                name="company_number_patterns_count",
            ),
            models.CheckConstraint(
                condition=models.Q(small_difference_tolerance__gte=0), name="company_small_difference_positive"
            ),
            models.CheckConstraint(condition=models.Q(paper_size__in=PAPER_SIZES), name="company_paper_size_known"),
            models.CheckConstraint(
                condition=models.Q(max_discount_percent__range=(0, 100)), name="company_max_discount_percent_is_one"
            ),
            models.CheckConstraint(
                condition=models.Q(accent_color="") | models.Q(accent_color__regex=r"^#[0-9a-f]{6}$"),
                name="company_accent_color_is_one",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def public_id(self) -> str:
        """`comp_…`"""
        return ids.encode(self.PREFIX, self.id)


class Membership(models.Model):
    """A person's role in a company.  In sales they may be limited to the records that they own."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(role, role.title()) for role in ROLE_PERMISSIONS], default="sales")
    own_records_only = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "user"], name="membership_once"),
            models.CheckConstraint(
                condition=models.Q(own_records_only=False) | models.Q(role=LIMITABLE_ROLE),
                name="membership_limited_in_sales_only",
            ),
            models.CheckConstraint(condition=models.Q(role__in=list(ROLE_PERMISSIONS)), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.company}"


class SignInAttempts(models.Model):
    """How often somebody tried to sign in, until it is forgotten at `expires_at`; `key` is a hash of what is counted.

    Until `paused_until` no password is looked at.
    """

    key = models.CharField(primary_key=True, max_length=64)
    count = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField()
    paused_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="signinattempts_by_expiry")]

    def __str__(self) -> str:
        return f"{self.count} until {self.expires_at}"


class SecurityEvent(models.Model):
    """Who came in, who may do what, and what was taken out: signing in, keys, members, exports.

    Append-only, as the database sees to.  It may be about a company, but is for operators: no company reads it.
    `address` is the network address of who did it, `subject` the id or name of what it was done to.
    """

    PREFIX = "evt"
    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    occurred_at = models.DateTimeField(default=clock.now)
    event = models.CharField(max_length=60)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, null=True, related_name="+")
    actor_id = models.CharField(max_length=40, blank=True)
    actor_name = models.CharField(max_length=254, blank=True)
    address = models.CharField(max_length=45, blank=True)
    subject = models.CharField(max_length=254, blank=True)
    note = models.TextField(blank=True)
    changes = models.JSONField(default=dict)

    class Meta:
        ordering = ["-occurred_at", "-id"]
        indexes = [
            models.Index(fields=["-occurred_at", "-id"], name="securityevent_recent"),
            models.Index(fields=["event", "occurred_at"], name="securityevent_by_event"),
        ]

    def __str__(self) -> str:
        return f"{self.event} by {self.actor_name or 'unknown'}"


class ApiKey(models.Model):
    """A key for integrations.  Only its hash is stored; it works for the companies that it is joined to."""

    PREFIX = "key"
    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    name = models.CharField(max_length=100)
    hash = models.CharField(max_length=64, unique=True, editable=False)
    last_four = models.CharField(max_length=4, editable=False)
    scopes = ArrayField(models.CharField(max_length=40))
    companies: "models.ManyToManyField[Company, Any]" = models.ManyToManyField(Company, related_name="api_keys")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The key that was rotated, while it still works.
    previous_hash = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001  # unique
    previous_expires_at = models.DateTimeField(null=True, blank=True, editable=False)
    secret = ""  # the key itself, in the moment in which it is made; nothing keeps it

    class Meta:
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.name} (…{self.last_four})"

    @property
    def public_id(self) -> str:
        """`key_…`"""
        return ids.encode(self.PREFIX, self.id)

    def is_usable(self) -> bool:
        """Whether the key is neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > clock.now())


def company_by_public_id(text: str) -> UUID | None:
    """The key behind a `comp_…` id; None when malformed."""
    return ids.decode(Company.PREFIX, text)


class RowChanges(models.Model):
    """How often rows of a company were changed in a table: the sum of `changes`, over all that is committed.

    Triggers add a row for each statement: a number that every writer adds to would make one wait for the other.  Who
    reads the sum, and then the rows of the table, knows that these are the same as long as the sum is.
    """

    company_id = models.UUIDField()
    table_name = models.CharField(max_length=63)
    changes = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["company_id", "table_name"], name="rowchanges_by_table")]

    def __str__(self) -> str:
        return f"{self.table_name}: {self.changes}"
