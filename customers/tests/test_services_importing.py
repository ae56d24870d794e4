"""Customers and contacts become, change and go by imports."""

import pytest

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.imports.models import ImportRow
from bigledger_crm.imports.tests import support
from bigledger_crm.outbox.models import WebhookDelivery, WebhookEndpoint
from bigledger_crm.tenancy.actor import Actor
from customers.inputs import CustomerInput
from customers.models import Contact, Customer
from customers.services import create_customer, update_customer

pytestmark = pytest.mark.usefixtures("in_company")

FILE = """Customer No,Company,Email,Phone,City,Country,Terms,Credit limit,Industry
C-1,Acme,hello@acme.example,+60312345678,Kuala Lumpur,Malaysia,Net 30,"1,000.50",Steel
C-2,Berta,berta@b.example,,Berlin,Germany,14,,Toys
C-3,Cäsar,,,,,,,
"""


def test_a_file_becomes_customers(actor: Actor) -> None:
    job = support.run(actor, FILE, columns={"Industry": "customFields.industry"})
    assert (job.status, job.counts) == ("completed", {"new": 2, "changed": 0, "same": 0, "rejected": 1})
    acme = Customer.objects.get(customer_number="C-1")
    assert (acme.name, acme.phone, acme.payment_terms) == ("Acme", "+60312345678", 30)
    assert acme.address == {"city": "Kuala Lumpur", "country": "MY"}
    assert (str(acme.credit_limit), acme.custom_fields) == ("1000.5000", {"industry": "Steel"})
    assert support.errors(job) == {4: "email: Email or phone is required"}


def test_a_rehearsal_leaves_nothing(actor: Actor) -> None:
    before = AuditEntry.objects.count()
    job = support.rehearsed(actor, support.kept(actor, FILE))
    assert support.outcomes(job) == ["new", "new", "rejected"]
    assert not Customer.objects.exists()
    assert AuditEntry.objects.exclude(event="import.created").count() == before


def test_the_same_file_again_adds_nothing(actor: Actor) -> None:
    support.run(actor, FILE)
    again = support.run(actor, FILE)
    assert support.outcomes(again) == ["same", "same", "rejected"]
    assert Customer.objects.count() == 2


def test_what_changes_is_shown_before_and_after(actor: Actor) -> None:
    support.run(actor, FILE)
    job = support.rehearsed(actor, support.kept(actor, "customer number,email,city\nc-1,new@acme.example,Ipoh\n"))
    row = ImportRow.objects.get(job=job)
    assert row.outcome == "changed"
    assert row.changes == {
        "email": ["hello@acme.example", "new@acme.example"],
        "address.city": ["Kuala Lumpur", "Ipoh"],
    }
    assert Customer.objects.get(customer_number="C-1").email == "hello@acme.example"


def test_undo_leaves_what_stood_before(actor: Actor) -> None:
    old = create_customer(actor, CustomerInput(customer_number="C-2", name="Old", email="old@b.example"))
    job = support.run(actor, FILE)
    assert support.outcomes(job) == ["new", "changed", "rejected"]
    job = support.undone(actor, job)
    assert (job.status, job.counts["undone"], job.counts["kept"]) == ("undone", 2, 0)
    (left,) = Customer.objects.all()
    assert (left.pk, left.name, left.email, left.address, left.payment_terms) == (
        *(old.pk, "Old", "old@b.example"),
        *(None, old.payment_terms),
    )


def test_what_people_touched_is_kept_and_named(actor: Actor) -> None:
    job = support.run(actor, FILE)
    update_customer(actor, Customer.objects.get(customer_number="C-1"), CustomerInput(name="Acme Sdn Bhd"))
    job = support.undone(actor, job)
    kept = ImportRow.objects.get(job=job, undo="kept")
    assert kept.undo_reason == f"Customer updated by {actor.name}"
    assert Customer.objects.get().name == "Acme Sdn Bhd"


def test_numbers_that_differ_by_case_are_one_customer(actor: Actor) -> None:
    job = support.run(actor, "customer number,name,email\nA-1,One,a@a.example\na-1,Two,b@a.example\n")
    assert support.errors(job) == {3: "Line 2 is about the same record"}
    assert Customer.objects.get().name == "One"


def test_headings_can_be_twice_the_same(actor: Actor) -> None:
    job = support.run(actor, "name,email,phone,phone\nOne,1@x.example,+60312345678,+60312345679\n")
    assert (support.outcomes(job), job.contents["headings"]) == (["new"], ["name", "email", "phone", "phone (2)"])


def test_rows_about_several_customers_are_rejected(actor: Actor) -> None:
    for number in ("1", "2"):
        create_customer(actor, CustomerInput(customer_number=number, name="Twin", email="t@t.example"))
    job = support.run(actor, "name,phone\nTwin,+60312345678\n,+60312345679\n")
    assert support.errors(job) == {
        2: "2 have this: match rows by something else",
        3: "name: This is empty, but rows are matched by it",
    }


def test_customers_without_numbers_get_them(actor: Actor) -> None:
    job = support.run(actor, "name,email\nOne,1@x.example\nTwo,2@x.example\n", match_by="email")
    assert support.outcomes(job) == ["new", "new"]
    assert len(set(Customer.objects.values_list("customer_number", flat=True))) == 2


def test_numbers_given_to_many_are_nobody_elses(actor: Actor) -> None:
    create_customer(actor, CustomerInput(name="Old", email="o@old.example", customer_number="cust-0002"))
    rows = "Number,Name,Email\n,A,a@a.example\n,B,b@b.example\nCUST-0004,C,c@c.example\n,D,d@d.example\n"
    job = support.run(actor, rows, match_by="email")
    assert (support.outcomes(job), support.errors(job)) == (["new"] * 4, {})
    numbers = dict(Customer.objects.exclude(name="Old").values_list("name", "customer_number"))
    assert numbers == {"A": "CUST-0001", "B": "CUST-0003", "C": "CUST-0004", "D": "CUST-0005"}
    assert Customer.objects.get(name="D").search_text.endswith("cust-0005")


def test_webhooks_hear_of_the_whole(actor: Actor) -> None:
    WebhookEndpoint.objects.create(company=actor.company, url="https://hooks.example/", events=["*"], created_by="x")
    job = support.run(actor, FILE)
    told = list(WebhookDelivery.objects.values_list("event_type", flat=True))
    assert told == ["import.completed"]
    support.undone(actor, job)
    assert WebhookDelivery.objects.filter(event_type="import.undone").count() == 1
    assert WebhookDelivery.objects.count() == 2


CONTACTS = """Customer number,First name,Last name,Email,Mobile,Primary
C-1,Mei,Tan,mei@acme.example,+60123456789,yes
C-1,Ali,,ali@acme.example,,no
C-9,Nobody,,n@x.example,,
"""


def test_contacts_find_their_customers(actor: Actor) -> None:
    customers = support.run(actor, FILE)
    job = support.run(actor, CONTACTS, "contacts")
    assert support.errors(job) == {4: "customerNumber: There is no such customer"}
    nobodys = support.kept(actor, "Name,Email\nMei,mei@acme.example\n", "contacts")
    message = "customerNumber: A customer is required: its number, name or ID"
    assert support.errors(support.rehearsed(actor, nobodys)) == {2: message}
    mei = Contact.objects.get(email="mei@acme.example")
    assert (mei.name, mei.mobile, mei.is_primary, mei.customer.customer_number) == (
        *("Mei Tan", "+60123456789"),
        *(True, "C-1"),
    )
    assert support.outcomes(support.run(actor, CONTACTS, "contacts")) == ["same", "same", "rejected"]
    support.undone(actor, job)
    assert not Contact.objects.exists()
    support.undone(actor, customers)
    assert not Customer.objects.exists()


def test_another_main_contact_stays(actor: Actor) -> None:
    support.run(actor, FILE)
    support.run(actor, CONTACTS, "contacts")
    job = support.run(actor, "customer number,name,email,primary\nC-1,New,new@acme.example,yes\n", "contacts")
    assert support.errors(job) == {2: "isPrimary: The customer has another main contact"}
