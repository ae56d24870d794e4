"""Imports at work: whatever stops in the middle goes on after its last whole slice, once."""

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from bigledger_crm.imports.errors import ImportNotReady, ImportNotUndoable, TooManyImports
from bigledger_crm.imports.models import Import, ImportMapping, ImportRow, ImportStatus
from bigledger_crm.imports.services import deleting, slices, steps, working
from bigledger_crm.imports.tests import support
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Membership
from customers.inputs import CustomerInput
from customers.models import Customer
from customers.services import create_customer

pytestmark = pytest.mark.usefixtures("in_company")


def file_of(count: int) -> str:
    """A file of so many customers."""
    return "number,name,email\n" + "".join(f"N-{place},Name {place},n{place}@x.example\n" for place in range(count))


@pytest.fixture
def small_slices() -> Iterator[None]:
    """Slices of three rows."""
    with patch.object(slices, "SLICE", 3):
        yield


@pytest.mark.usefixtures("small_slices")
def test_an_import_that_breaks_goes_on_where_it_was(actor: Actor) -> None:
    job = steps.run_import(actor, support.rehearsed(actor, support.kept(actor, file_of(8))))
    kept, calls = slices._keep, []

    def broken(*arguments: Any, **options: Any) -> None:
        calls.append(1)
        kept(*arguments, **options)
        if len(calls) == 2:
            raise RuntimeError("killed")

    with patch.object(slices, "_keep", broken), pytest.raises(RuntimeError):
        working.work(job.pk)
    job.refresh_from_db()
    assert (job.position, Customer.objects.count(), job.attempts) == (3, 3, 0 + 1 - 1)
    job = support.worked(job)
    assert (job.status, job.position, job.counts["new"], Customer.objects.count()) == ("completed", 8, 8, 8)


@pytest.mark.usefixtures("small_slices")
def test_an_import_that_always_breaks_fails_and_can_be_undone(actor: Actor) -> None:
    job = steps.run_import(actor, support.rehearsed(actor, support.kept(actor, file_of(8))))
    assert slices.next_slice(job.pk, ImportStatus.RUNNING)
    with patch.object(slices, "_run", side_effect=RuntimeError("poison")):
        for _ in range(working.MAX_ATTEMPTS):
            with pytest.raises(RuntimeError):
                working.work(job.pk)
        working.work(job.pk)
    job.refresh_from_db()
    assert (job.status, job.error) == ("failed", "The import stopped (RuntimeError)")
    job = support.undone(actor, job)
    assert (job.status, job.counts["undone"], Customer.objects.count()) == ("undone", 3, 0)


@pytest.mark.usefixtures("small_slices")
def test_a_cancelled_import_stops_and_can_be_undone(actor: Actor) -> None:
    job = steps.run_import(actor, support.rehearsed(actor, support.kept(actor, file_of(8))))
    slices.next_slice(job.pk, ImportStatus.RUNNING)
    job = steps.cancel_import(actor, job)
    assert not slices.next_slice(job.pk, ImportStatus.RUNNING)
    assert Customer.objects.count() == 3
    assert not default_storage.exists(job.path) or job.path
    support.undone(actor, job)
    assert not Customer.objects.exists()


@pytest.mark.usefixtures("small_slices")
def test_duplicates_are_found_across_slices(actor: Actor) -> None:
    job = support.run(actor, file_of(5) + "n-0,Again,again@x.example\n")
    assert support.errors(job) == {7: "Line 2 is about the same record"}


def test_who_leaves_imports_nothing_more(actor: Actor) -> None:
    job = steps.run_import(actor, support.rehearsed(actor, support.kept(actor, file_of(2))))
    Membership.objects.filter(user=actor.member).update(role="viewer")
    job = support.worked(job)
    assert (job.status, Customer.objects.count()) == ("failed", 0)
    assert "imports:write" in job.error


def test_steps_come_one_after_the_other(actor: Actor) -> None:
    job = support.kept(actor, file_of(1))
    with pytest.raises(ImportNotReady):
        steps.run_import(actor, job)
    with pytest.raises(ImportNotUndoable):
        steps.undo_import(actor, job)
    job = support.run(actor, file_of(1))
    for step in (steps.rehearse_import, steps.run_import, steps.cancel_import):
        with pytest.raises(ImportNotReady):
            step(actor, job)
    with pytest.raises(ImportNotReady):
        steps.update_import(actor, job, support.settings(match_by="name"))
    job = steps.undo_import(actor, job)
    with pytest.raises(ImportNotUndoable, match="This import is being undone"):
        steps.undo_import(actor, job)
    job = support.worked(job)
    with pytest.raises(ImportNotUndoable, match="already"):
        steps.undo_import(actor, job)


def test_a_rehearsal_counts_for_its_columns_only(actor: Actor) -> None:
    job = support.rehearsed(actor, support.kept(actor, file_of(1)))
    job = steps.update_import(actor, job, support.settings({"email": ""}))
    with pytest.raises(ImportNotReady):
        steps.run_import(actor, job)
    assert support.errors(support.rehearsed(actor, job)) == {2: "email: Email or phone is required"}


def test_columns_are_checked(actor: Actor) -> None:
    job = support.kept(actor, file_of(1))
    wrong = support.settings({"number": "name", "Other": "name", "email": "nothing"}, match_by="id", encoding="x")
    with pytest.raises(InvalidData) as caught:
        steps.update_import(actor, job, wrong)
    assert {error.message for error in caught.value.errors} == {
        "Two columns are the same field",
        "The file has no such column",
        "“nothing” cannot be imported",
        "Must be a mapped one of: id, customerNumber, email, name",
        next(error.message for error in caught.value.errors if error.path == ("encoding",)),
    }
    unmapped = steps.update_import(actor, job, support.settings({"number": "", "name": "", "email": ""}))
    with pytest.raises(InvalidData):
        steps.rehearse_import(actor, unmapped)


def test_a_file_that_cannot_be_read_fails_and_can_be_read_otherwise(actor: Actor) -> None:
    job = support.kept(actor, "nummer;name\n1;Łódź\n".encode("cp1250"), encoding="UTF-8")
    assert (job.status, job.error[:40]) == ("failed", "The characters of this file cannot be re")
    job = support.worked(steps.update_import(actor, job, support.settings(encoding="Windows-1250")))
    assert (job.status, ImportRow.objects.get(job=job).cells) == ("ready", ["1", "Łódź"])


def test_the_columns_of_the_next_file_with_these_headings_are_known(actor: Actor) -> None:
    support.run(
        actor,
        "a,b,c\n1,One,1@x.example\n",
        columns={"a": "customerNumber", "b": "name", "c": "email"},
        match_by="customerNumber",
    )
    assert ImportMapping.objects.count() == 1
    job = support.kept(actor, "a,b,c,Rejected because\n2,Two,2@x.example,No reason\n")
    assert (job.mapping, job.match_by) == (["customerNumber", "name", "email", ""], "customerNumber")


def test_what_is_no_longer_needed_is_deleted(actor: Actor) -> None:
    create_customer(actor, CustomerInput(name="Other", email="o@x.example"))
    done, abandoned = support.run(actor, file_of(1)), support.kept(actor, file_of(1))
    with time_machine.travel(clock.now() + timedelta(days=31)):
        deleting.delete_old()
        assert not ImportRow.objects.exists()
        assert list(Import.objects.values_list("pk", flat=True)) == [done.pk]
        assert not default_storage.exists(abandoned.path)
        with pytest.raises(ImportNotUndoable):
            steps.undo_import(actor, done)


def test_unfinished_imports_are_few(actor: Actor) -> None:
    with patch.object(steps, "MAX_UNFINISHED", 1):
        support.kept(actor, file_of(1))
        with pytest.raises(TooManyImports):
            support.kept(actor, file_of(1))


def test_the_command_rehearses_and_runs(actor: Actor, tmp_path: Any) -> None:
    file = tmp_path / "customers.csv"
    file.write_text(file_of(2) + "N-9,Nobody,\n")
    out = io.StringIO()
    call_command("import_file", str(file), "--as", actor.email, stdout=out)
    assert "number → customerNumber" in out.getvalue()
    assert "2 new, 0 changed, 0 same, 1 rejected" in out.getvalue()
    assert "line 4: email: Email or phone is required" in out.getvalue()
    assert not Customer.objects.exists()
    call_command("import_file", str(file), "--as", actor.email, "--run", stdout=out)
    assert Customer.objects.count() == 2
    with pytest.raises(CommandError, match="is not a member"):
        call_command("import_file", str(file), "--as", "nobody@example.com")
