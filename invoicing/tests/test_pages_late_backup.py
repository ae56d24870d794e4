"""Home tells those who can do something about it when there is no recent backup."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from bigledger_crm.backup.models import Backup
from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.models import User
from bigledger_crm.testing.html import flat

WARNING = "There has been no backup since"


@pytest.mark.usefixtures("db")
def test_an_old_backup_is_told_to_those_who_manage_settings(
    client: Client, alice: User, bob: User, settings: Settings
) -> None:
    with time_machine.travel(clock.now() + timedelta(days=3), tick=False):
        client.force_login(bob)
        assert WARNING not in flat(client.get("/"))
        client.force_login(alice)
        assert WARNING in flat(client.get("/"))
        backup = Backup.objects.create(
            name="old", started_at=clock.now() - timedelta(hours=27), finished_at=clock.now()
        )
        assert WARNING in flat(client.get("/"))
        settings.BACKUP_STORAGE = None
        assert WARNING not in flat(client.get("/"))
        settings.BACKUP_STORAGE = {"BACKEND": "…"}
        backup.started_at = clock.now() - timedelta(hours=25)
        backup.save()
        assert WARNING not in flat(client.get("/"))
