"""An archive makes the trip: out of one installation, into another, and out again as it was."""

import io
import json
import re
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.apps import apps
from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.test import Client
from django.test.utils import override_settings
from pytest_django.plugin import DjangoDbBlocker

from bigledger_crm.account.emails import queue_password_reset, send_due
from bigledger_crm.company_archive import limits, manifest
from bigledger_crm.company_archive.kinds import kinds
from bigledger_crm.company_archive.tests.more_rows import make_more_rows, without_custom_fields
from bigledger_crm.outbox.models import OutboxEmail, WebhookEndpoint
from bigledger_crm.tenancy.base_models import CompanyOwnedModel
from bigledger_crm.tenancy.models import ApiKey, Company, User
from bigledger_crm.testing.database import empty_the_database
from bigledger_crm.testing.tenancy_fixtures import OURS, THEIRS, make_tenant

Change = Callable[[dict[str, bytes]], None]


@pytest.fixture(scope="module")
def exported(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The archive of a company with one of everything, which the database doesn't have any more."""
    folder = tmp_path_factory.mktemp("archive")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=folder / "files"):
        try:
            tenant = make_tenant("Tech Supplies", OURS)
            make_more_rows(tenant)
            company = tenant.company
            make_tenant("Charlie Trading", THEIRS)
            export(company.public_id, folder / "first.zip")
        finally:
            empty_the_database()
    return folder / "first.zip"


def export(company: str, path: Path) -> Path:
    call_command("export_company", company, str(path), stdout=io.StringIO())
    return path


def load(path: Path) -> str:
    out = io.StringIO()
    call_command("import_company", str(path), stdout=out, stderr=out)
    return out.getvalue()


def entries(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path: Path, contents: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return path


def without_stamps(contents: dict[str, bytes]) -> dict[str, Any]:
    """An archive without its own times, and without the entries that say that it was imported."""
    found: dict[str, Any] = {}
    for name, content in contents.items():
        if name.endswith(".jsonl"):
            found[name] = [line for line in content.splitlines() if b'"company.imported"' not in line]
        elif name.endswith(".tar"):
            with tarfile.open(fileobj=io.BytesIO(content)) as files:
                found[name] = {file.name: files.extractfile(file).read() for file in files}  # type: ignore[union-attr]
    return found


@pytest.mark.usefixtures("db")
def test_out_and_in_and_out_again(exported: Path, media_root: Path, tmp_path: Path) -> None:
    first = entries(exported)
    told = json.loads(first[manifest.MANIFEST], parse_float=Decimal)
    said = load(exported)
    assert "The books are correct" in said
    company = Company.objects.get()
    assert str(company.pk) == told["company_id"]
    second = entries(export(company.public_id, tmp_path / "second.zip"))
    assert without_stamps(second) == without_stamps(first)
    sums = {name: table["sums"] for name, table in told["tables"].items()}
    again = json.loads(second[manifest.MANIFEST], parse_float=Decimal)["tables"]
    assert {name: table["sums"] for name, table in again.items()} == sums
    empty = {name for name, table in told["tables"].items() if not table["rows"]}
    assert ", ".join(sorted(empty)) == ""
    assert without_custom_fields(first) == set()


@pytest.mark.usefixtures("db")
def test_tables_are_looked_at_while_they_grow(exported: Path, media_root: Path) -> None:
    load(exported)
    with connection.cursor() as cursor:  # what is known of tables by this transaction
        cursor.execute("SELECT DISTINCT tablename FROM pg_stats WHERE attname = 'id' AND null_frac = 0")
        known = {name for (name,) in cursor.fetchall()}
    assert {"invoicing_creditnote", "invoicing_invoiceline", "customers_customer"} <= known


@pytest.mark.usefixtures("db")
def test_there_and_back(exported: Path, media_root: Path, tmp_path: Path) -> None:
    with transaction.atomic():
        load(exported)
        there = export(Company.objects.get().public_id, tmp_path / "there.zip")
        transaction.set_rollback(True)
    assert not Company.objects.exists()
    assert "The books are correct" in load(there)
    back = export(Company.objects.get().public_id, tmp_path / "back.zip")
    assert without_stamps(entries(back)) == without_stamps(entries(exported))


@pytest.mark.usefixtures("db")
def test_members_set_a_password_by_the_link_for_forgotten_ones(exported: Path, media_root: Path) -> None:
    load(exported)
    member = User.objects.filter(memberships__isnull=False).earliest("email")
    queue_password_reset(member.email)
    send_due()
    (email,) = mail.outbox
    found = re.search(r"https?://[^/\s]+(/password/\S+)", str(email.body))
    assert email.to == [member.email]
    assert found
    browser = Client()
    form = browser.get(found[1], follow=True).redirect_chain[-1][0]
    new = "a longer horse staple"
    assert browser.post(form, {"new_password1": new, "new_password2": new}).status_code == 302
    member.refresh_from_db()
    assert member.check_password(new)


@pytest.mark.usefixtures("db")
def test_secrets_stay_and_nothing_waits(exported: Path, media_root: Path) -> None:
    whole = b"".join(entries(exported).values())
    for secret in (b"whsec_", b"bl_live_", b"pbkdf2", b"argon2", THEIRS.encode()):
        assert secret not in whole
    load(exported)
    assert not ApiKey.objects.exists()
    assert not WebhookEndpoint.unscoped.exists()
    assert not OutboxEmail.unscoped.exclude(next_attempt_at=None).exists()
    assert not any(user.has_usable_password() for user in User.objects.all())


@pytest.mark.usefixtures("db")
def test_who_is_here_already_is_the_same_person(exported: Path, media_root: Path) -> None:
    here = User.objects.create_user(f"{OURS}@Example.com", "correct horse battery")
    load(exported)
    (member,) = here.memberships.all()
    assert member.role == "owner"
    assert User.objects.get(pk=here.pk).has_usable_password()


def test_every_table_of_a_company_is_in_or_has_a_reason() -> None:
    there = {kind.model for kind in kinds()}
    owned = [model for model in apps.get_models() if issubclass(model, CompanyOwnedModel)]
    assert [model for model in owned if (model in there) == bool(model.NOT_ARCHIVED)] == []


def line_of(contents: dict[str, bytes], name: str, change: Callable[[bytes], bytes], *, honest: bool = False) -> None:
    """Changes the first line of a table; `honest` keeps its checksum as it was."""
    lines = contents[manifest.lines_of(name)].split(b"\n")
    lines[0] = change(lines[0])
    contents[manifest.lines_of(name)] = b"\n".join(lines)
    if not honest:
        checks = contents[manifest.checks_of(name)]
        contents[manifest.checks_of(name)] = struct.pack(">I", zlib.crc32(lines[0])) + checks[4:]


def _with_another_digit(line: bytes) -> bytes:
    return re.sub(rb'"amount":(-?\d+)', rb'"amount":\g<1>1', line)


def more(contents: dict[str, bytes]) -> None:
    line_of(contents, "invoicing.payment", _with_another_digit, honest=True)


def forged(contents: dict[str, bytes]) -> None:
    line_of(contents, "customers.receivableentry", _with_another_digit)


def forged_with_sums(contents: dict[str, bytes]) -> None:
    forged(contents)
    told = json.loads(contents[manifest.MANIFEST], parse_float=Decimal)
    lines = contents[manifest.lines_of("customers.receivableentry")].splitlines()
    rows = [json.loads(line, parse_float=Decimal) for line in lines]
    sums = told["tables"]["customers.receivableentry"]["sums"]
    sums.update({name: sum(Decimal(row[name]) for row in rows) for name in sums})
    contents[manifest.MANIFEST] = msgspec.json.Encoder(decimal_format="number").encode(told)


def nobody(contents: dict[str, bytes]) -> None:
    other = b'"customer_id":"01890000-0000-7000-8000-000000000000"'
    line_of(contents, "customers.contact", lambda line: re.sub(rb'"customer_id":"[^"]+"', other, line))


def cut(contents: dict[str, bytes]) -> None:
    name = manifest.lines_of("customers.customer")
    contents[name] = contents[name][:-20]


def stranger(contents: dict[str, bytes]) -> None:
    other = b'"id":"01890000-0000-7000-8000-000000000000"'
    line_of(contents, "tenancy.company", lambda line: re.sub(rb'"id":"[^"]+"', other, line, count=1))


def smuggled(contents: dict[str, bytes]) -> None:
    line_of(contents, "customers.customer", lambda line: line[:-1] + b',"company_id":"x"}')


def other_file(contents: dict[str, bytes]) -> None:
    path = b'"file":"attachments/../../secret_key"'
    line_of(contents, "documents.attachment", lambda line: re.sub(rb'"file":"[^"]+"', path, line))


def waiting(contents: dict[str, bytes]) -> None:
    line_of(contents, "outbox.outboxemail", lambda line: re.sub(rb'"status":"\w+"', b'"status":"queued"', line))


def dropped(contents: dict[str, bytes]) -> None:
    del contents[manifest.lines_of("sales.item")]


def bomb(contents: dict[str, bytes]) -> None:
    contents[manifest.lines_of("customers.customer")] = b" " * (limits.LONGEST_LINE + 2)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (more, "data/invoicing.payment.jsonl, line 1: not as it was exported"),
        (forged, "data/customers.receivableentry.jsonl"),
        (forged_with_sums, "The books of the archive are wrong"),
        (nobody, "data/customers.contact.jsonl, line 1: insert or update on table"),
        (cut, "data/customers.customer.jsonl, line"),
        (stranger, "data/tenancy.company.jsonl, line 1: another company"),
        (smuggled, "data/customers.customer.jsonl, line 1: unknown field company_id"),
        (other_file, "data/documents.attachment.jsonl, line 1: a file that is not the company's"),
        (waiting, "data/outbox.outboxemail.jsonl, line 1: "),
        (dropped, "The archive has no data/sales.item.jsonl"),
        (bomb, "data/customers.customer.jsonl, line 1: longer than 32 MB"),
    ],
    ids=lambda value: getattr(value, "__name__", "said"),
)
def test_hostile_archives_are_rejected_whole(
    exported: Path, media_root: Path, tmp_path: Path, change: Change, said: str
) -> None:
    contents = entries(exported)
    change(contents)
    with pytest.raises(CommandError, match="Nothing was imported") as rejected:
        load(packed(tmp_path / "hostile.zip", contents))
    assert said in str(rejected.value)
    assert not Company.objects.exists()
    assert not list((media_root).glob("*/*/*/*")) + list(media_root.glob("attachments/*/*"))


@pytest.mark.usefixtures("db")
def test_a_company_is_imported_once(exported: Path, media_root: Path) -> None:
    load(exported)
    with pytest.raises(CommandError, match="has the company Tech Supplies already"):
        load(exported)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("content", [b"", b"PK", b"no archive at all" * 100])
def test_what_is_no_archive(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "odd.zip"
    path.write_bytes(content)
    with pytest.raises(CommandError, match="damaged"):
        load(path)


@pytest.mark.usefixtures("db")
def test_no_file_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "there.zip").write_bytes(b"mine")
    with pytest.raises(CommandError):
        export("Nobody", tmp_path / "there.zip")
    assert (tmp_path / "there.zip").read_bytes() == b"mine"
