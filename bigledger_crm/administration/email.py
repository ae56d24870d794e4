"""How a company's emails present themselves: from whom, where answers go, and a test."""

from django.db import transaction

from bigledger_crm.kernel import text
from bigledger_crm.kernel.changes import apply_changes
from bigledger_crm.kernel.email_address import is_email_address
from bigledger_crm.kernel.errors import FieldError, InvalidData, field_error
from bigledger_crm.outbox.events import record
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.outbox.services import draft_email, queue, reply_address
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company

MAX_NAME = 100
_SUBJECT = {
    "en": "Test email from {company}",
    "ms": "E-mel ujian daripada {company}",
    "zh": "来自 {company} 的测试邮件",
}
_BODY = {
    "en": "This is a test. If you can read it, emails from {company} arrive.\n\nAnswers go to {reply_to}.",
    "ms": "Ini ujian. Jika anda dapat membacanya, e-mel daripada {company} sampai.\n\nJawapan dihantar ke {reply_to}.",
    "zh": "这是一封测试邮件。如果您能看到它，说明 {company} 的邮件可以送达。\n\n回复将发送到 {reply_to}。",
}


def check_email_settings(sender_name: str, reply_to: str) -> list[FieldError]:
    """The errors of a sender's name and the address for answers."""
    errors = []
    if len(text.clean_line(sender_name)) > MAX_NAME:
        errors += field_error("sender_name", f"At most {MAX_NAME} characters")
    if reply_to.strip() and not is_email_address(reply_to.strip()):
        errors += field_error("reply_to", "Enter a valid email address")
    return errors


@transaction.atomic
def update_email_settings(actor: Actor, *, sender_name: str, reply_to: str) -> Company:
    """The name that emails come from, "" for the company's, and the address for answers, "" for the sender's own.

    Raises PermissionDenied, InvalidData with every failing field.
    """
    actor.require("settings", "manage")
    if errors := check_email_settings(sender_name, reply_to):
        raise InvalidData("Company", errors)
    company = Company.objects.select_for_update(no_key=True).get(pk=actor.company.pk)
    changes = apply_changes(company, {"sender_name": text.clean_line(sender_name), "reply_to": reply_to.strip()})
    if changes:
        company.save(update_fields=list(changes))
        record(actor, "company.updated", company.pk, changes=changes)
    return company


@transaction.atomic
def send_test_email(actor: Actor, to: str) -> OutboxEmail:
    """Queues an email that says that it is a test.

    Raises PermissionDenied, InvalidData naming `to`, EmailLimitReached.
    """
    actor.require("settings", "manage")
    language = actor.company.language
    answers = reply_address(actor)
    facts = {"company": actor.company.name, "reply_to": answers or to}
    try:
        email = draft_email(
            actor,
            kind="company.test",
            related_id=actor.company.pk,
            to=[to],
            subject=_SUBJECT[language].format(**facts),
            body=_BODY[language].format(**facts),
            reply_to=answers,
            language=language,
        )
    except InvalidData as error:
        raise InvalidData("Email", [FieldError(("to",), one.message) for one in error.errors[:1]]) from error
    queue(email)
    record(actor, "company.test_email_sent", actor.company.pk, note=", ".join(email.to))
    return email
