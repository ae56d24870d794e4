"""pytest plugin: people, companies and API clients.

Alice owns the company, Bob is her colleague, Charlie owns another company and is a stranger here.
"""

import contextlib
import gc
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import connection, connections
from django.test import Client
from django.test.utils import override_settings
from pytest_django import Settings
from pytest_django.plugin import DjangoDbBlocker

from bigledger_crm.tenancy.actor import Actor, actor_for_member
from bigledger_crm.tenancy.models import Company, Membership, User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.client import ApiClient, api_client
from bigledger_crm.testing.database import databases_for_tests, empty_the_database
from sales.services import open_company

MARKERS = ("chaos", "processes")


def pytest_addoption(parser: pytest.Parser) -> None:
    """An option of our own."""
    parser.addoption("--chaos", action="store_true", help="only the tests marked chaos, in their long form")


def pytest_collection() -> None:
    """What is collected stays: looking for garbage in it takes seconds in each process."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Nor is it looked through while tests run."""
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long tests first, so that no process is left alone with one in the end; --chaos chooses some."""
    if config.getoption("--chaos"):
        chosen = [item for item in items if item.get_closest_marker("chaos")]
        config.hook.pytest_deselected(items=list(set(items) - set(chosen)))
        items[:] = chosen
    items.sort(key=lambda item: [item.get_closest_marker(name) is None for name in MARKERS])


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    shared_folder: Path | None,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    django_db_keepdb: bool,
    django_db_createdb: bool,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """Makes the test database, always: pytest-django's own looks for `db` among the names of a test's fixtures and
    doesn't see that `database` asks for it, and would leave the tests on the real database."""
    making = databases_for_tests(
        request.config.option.verbose,
        keep_old=django_db_keepdb and not django_db_createdb,
        keep_new=django_db_keepdb,
        shared=None if django_db_keepdb else shared_folder,
    )
    with contextlib.ExitStack() as stack:
        with django_db_blocker.unblock():
            stack.enter_context(making)
        yield
        with django_db_blocker.unblock():
            stack.close()


@pytest.fixture(scope="session", autouse=True)
def quick_passwords(django_test_environment: None) -> Iterator[None]:
    """A hash that is cheap to make; real ones take a tenth of a second on purpose."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session", autouse=True)
def static_files_as_they_are(django_test_environment: None) -> Iterator[None]:
    """Pages name static files without the hashes that collectstatic makes, so a fresh checkout can be tested.

    A file is looked for when somebody asks for it; else every new client would look through them all.
    """
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}, WHITENOISE_AUTOREFRESH=True):
        yield


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database in which everything commits, for tests with threads; emptied afterwards, guarded tables too."""
    with django_db_blocker.unblock():
        yield
        empty_the_database()
        connections.close_all()


@pytest.fixture
def database(request: pytest.FixtureRequest) -> None:
    """The database: rolled back after the test, or committed to where the test asked for `committed`."""
    request.getfixturevalue("committed" if "committed" in request.fixturenames else "db")


@pytest.fixture
def make_company(database: None) -> Callable[..., Company]:
    """Makes a company as `create_company` does, with its default tax codes; SST stands at 6 %."""

    def make(name: str = "Tech Supplies Sdn Bhd", **settings: Any) -> Company:
        settings.setdefault("sst_rate", Decimal(6))
        return open_company(name, **settings)

    return make


@pytest.fixture
def company(make_company: Callable[..., Company]) -> Company:
    """Alice's and Bob's company."""
    return make_company()


@pytest.fixture
def other_company(make_company: Callable[..., Company]) -> Company:
    """Charlie's company."""
    return make_company("Charlie Trading")


def _member(company: Company, email: str, name: str, role: str) -> User:
    user = User.objects.create_user(email, "correct horse battery", name=name)
    Membership.objects.create(company=company, user=user, role=role)
    return user


@pytest.fixture
def alice(company: Company) -> User:
    """The owner of the company; her password is `correct horse battery`, as everybody's."""
    return _member(company, "alice@example.com", "Alice Tan", "owner")


@pytest.fixture
def alices(client: Client, alice: User) -> Client:
    """Alice, signed in."""
    client.force_login(alice)
    return client


@pytest.fixture
def bob(company: Company) -> User:
    """Her colleague in sales."""
    return _member(company, "bob@example.com", "Bob Lim", "sales")


@pytest.fixture
def charlie(other_company: Company) -> User:
    """The owner of another company."""
    return _member(other_company, "charlie@example.com", "Charlie Wong", "owner")


@pytest.fixture
def actor(alice: User) -> Actor:
    """Alice at work.  Opens no scope: see `in_company`."""
    return actor_for_member(alice.memberships.select_related("company", "user").get())


@pytest.fixture
def stranger(charlie: User) -> Actor:
    """Charlie at work in his own company."""
    return actor_for_member(charlie.memberships.select_related("company", "user").get())


@pytest.fixture
def in_company(company: Company) -> Iterator[Company]:
    """Runs the whole test inside the scope of Alice's company."""
    with company_scope(company):
        yield company


@pytest.fixture
def api(company: Company) -> ApiClient:
    """A client with a key for Alice's company."""
    return api_client(company)


@pytest.fixture
def customer_id(api: ApiClient) -> str:
    """The id of a customer who pays within 30 days."""
    return str(api.post("/customers", {"name": "Acme", "email": "billing@acme.com"}).data["id"])


@pytest.fixture
def stranger_api(other_company: Company) -> ApiClient:
    """A client with a key for Charlie's company."""
    return api_client(other_company)


@pytest.fixture
def media_root(settings: Settings, tmp_path: Path) -> Path:
    """An empty folder for files."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def check_constraints_now(db: None) -> Callable[[], None]:
    """Checks deferred foreign keys at once, as a commit would."""
    return connection.check_constraints


@pytest.fixture
def time_in_2024() -> Iterator[None]:
    """The clock stands at nine in the morning of 15 January 2024 in Kuala Lumpur, as in the published examples."""
    with time_machine.travel("2024-01-15T09:00:00+08:00", tick=False):
        yield
