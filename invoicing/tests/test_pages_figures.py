"""A figure of home and analytics leads to the rows that make it: exactly those."""

import html
import re
from datetime import timedelta

import pytest
from django.test import Client

from bigledger_crm.kernel.clock import travelling
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import User
from bigledger_crm.testing.html import flat
from invoicing.analytics.funnel import LOST, STAGES, quote_funnel
from invoicing.analytics.sales_reports import ages_of_debts, owed_by_due_day
from invoicing.pages.dashboard_charts import debts_by_age, quotes_of
from invoicing.tests.test_analytics import LEAP_DAY, History
from sales.models import Quote


def rows_of(client: Client, href: str) -> int:
    """The number of rows on all pages of the list."""
    count = 0
    while href:
        page = flat(client.get(href))
        body = re.search(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
        count += body[1].count("<tr") if body else 0
        following = re.search(r'<a[^>]*href="([^"]+)"[^>]*rel="next"', page)
        href = html.unescape(following[1]) if following else ""
    return count


@pytest.mark.usefixtures("in_company", "no_broker")
def test_every_figure_leads_to_its_rows(client: Client, alice: User, actor: Actor) -> None:
    history = History(actor, 5, LEAP_DAY)
    for _ in range(3):
        history.live()
    with travelling(history.moment(LEAP_DAY)):
        client.force_login(alice)
        funnel = quote_funnel(actor.company, LEAP_DAY - timedelta(days=800), LEAP_DAY, LEAP_DAY)
        ages = ages_of_debts(actor.company, owed_by_due_day(), LEAP_DAY)
        debts = debts_by_age(actor.company, ages, LEAP_DAY)
        may_be_won = Quote.objects.filter(superseded_by=None, status__in=("draft", "sent"), valid_until__gte=LEAP_DAY)
        expected = {stage.stage: stage.count for stage in funnel.stages}
        expected |= {name: funnel.lost[name].count for name in LOST} | {"open": may_be_won.count()}
        assert {name: rows_of(client, quotes_of(funnel, name)) for name in expected} == expected
        assert sum(map(bool, expected.values())) > len(STAGES)
        for age, share in zip(ages, debts.shares, strict=True):
            assert rows_of(client, share.point.href) == age.count
