"""What reports ask for: filters of lists, read as strictly, without rows."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from bigledger_crm.filtering import ChoiceFilter, DayFilter, ListFilter, ListFilters
from bigledger_crm.tenancy.models import Company
from bigledger_crm.web.components import Text
from bigledger_crm.web.lists import FilterField
from invoicing.analytics.period import Span
from invoicing.reports.periods import COMPARISONS, PERIODS, ReportPeriod, Unit, chosen_period, period_between

FIRST_YEAR, LAST_YEAR = 1900, 2999
MOST_ROWS = 10_000
MOST_PARTS = 1000  # of a period: no more rows than people read
PERIOD_NAMES: dict[str, Text] = {
    "this_month": _("This month"),
    "last_month": _("Last month"),
    "this_quarter": _("This quarter"),
    "last_quarter": _("Last quarter"),
    "this_year": _("This year"),
    "last_year": _("Last year"),
    "last_30_days": _("Last 30 days"),
    "last_90_days": _("Last 90 days"),
    "last_365_days": _("Last 365 days"),
}
COMPARISON_NAMES: dict[str, Text] = {
    "previous_period": _("Previous period"),
    "previous_year": _("Previous year"),
    "none": _("Nothing"),
}


class RowLimitFilter(ListFilter):
    """How many rows."""

    schema: ClassVar[dict[str, Any]] = {"type": "integer", "minimum": 1, "maximum": MOST_ROWS}  # type: ignore[misc]

    def __init__(self) -> None:
        super().__init__(about="How many of the rows, the first ones; all by default. Totals are always those of all")

    def read(self, text: str) -> int:
        """The number.  Raises ValueError."""
        digits = text.lstrip("0")
        if not (text.isascii() and digits.isdigit() and int(digits[:9]) <= MOST_ROWS):
            raise ValueError(f"Must be a whole number from 1 to {MOST_ROWS}")
        return int(digits[:9])


class ReportFilters(ListFilters):
    """The base: `value` is what was given for a parameter, else its default, once `problems` has found nothing.

    `most` are so many rows as anybody will look at; None for all.
    """

    most: int | None = None
    defaults: ClassVar[Mapping[str, str]] = {}
    limit = RowLimitFilter()

    def __init__(self, given: dict[str, str], *, company: Company, today: date) -> None:
        super().__init__(given, Company.objects.none(), company=company, today=today)

    def value(self, name: str) -> Any:
        """The value of a parameter; None where it has none."""
        found = self.form.cleaned_data.get(name)
        return self.defaults.get(name) if found is None else found

    def problems(self) -> dict[str, str]:
        """The errors of the parameters, by their names; years that no report covers are among them."""
        problems = super().problems()
        for name, value in self.form.cleaned_data.items():
            if isinstance(value, date) and not FIRST_YEAR <= value.year <= LAST_YEAR:
                problems[name] = f"Must be in the years {FIRST_YEAR} to {LAST_YEAR}"
        return problems

    @property
    def span(self) -> Span | None:
        """The period that is asked for; None for a report as of a day."""
        return None

    @property
    def day(self) -> date:
        """The day that a report is as of."""
        return self.today


class PeriodFilters(ReportFilters):
    """A period."""

    defaults = {"period": "this_year"}
    period = ChoiceFilter(
        "", PERIODS, about="The period; `this_year` by default. Use `dateFrom` and `dateTo` for any other"
    )
    date_from = DayFilter("", lookup="gte", about="First day of the period")
    date_to = DayFilter("", lookup="lte", about="Last day of the period")

    def problems(self) -> dict[str, str]:
        """Besides: a period is given by its name or by both days."""
        problems = super().problems()
        given = {name for name in ("period", "dateFrom", "dateTo") if self.form.cleaned_data.get(name) is not None}
        if "period" in given and len(given) > 1:
            problems.setdefault("period", "Must not be given with dateFrom and dateTo")
        for name, other in (("dateFrom", "dateTo"), ("dateTo", "dateFrom")):
            if given == {other}:
                problems.setdefault(name, f"Must be given with {other}")
        return problems

    def problems_by_part(self, unit: Unit) -> dict[str, str]:
        """What is wrong with a table that has a row for each part of the period, which may be too many."""
        if len(self.chosen.parts(unit)) <= MOST_PARTS:
            return {}
        return {"groupBy": f"The period has more than {MOST_PARTS} of these; choose longer ones"}

    @property
    def chosen(self) -> ReportPeriod:
        """The period."""
        first, last = self.value("dateFrom"), self.value("dateTo")
        if first is not None:
            return period_between(first, last)
        return chosen_period(self.value("period"), self.today)

    @property
    def span(self) -> Span:
        """The period's first and last day."""
        return self.chosen.span


class ComparedPeriodFilters(PeriodFilters):
    """A period, and what it is compared with."""

    defaults = {**PeriodFilters.defaults, "compare": "previous_period"}
    compare = ChoiceFilter("", COMPARISONS, about="What it is compared with; `previous_period` by default")

    @property
    def comparison(self) -> str:
        """One of COMPARISONS."""
        found: str = self.value("compare")
        return found

    @property
    def before(self) -> Span | None:
        """The days that the period is compared with; None for no comparison, or where there were none."""
        span = self.chosen.earlier(self.chosen.span, self.comparison)
        return span if span and span[0] <= span[1] else None


class AsOfFilters(ReportFilters):
    """A balance at the end of a day."""

    as_of = DayFilter("", lookup="lte", about="The day at whose end balances are meant; today by default")

    @property
    def day(self) -> date:
        """The day."""
        found: date = self.value("asOf") or self.today
        return found


PERIOD_FIELDS = (
    FilterField("period", _("Period"), PERIOD_NAMES),
    FilterField("date", _("Period")),
)
COMPARISON_FIELDS = (FilterField("compare", _("Compared with"), COMPARISON_NAMES),)
AS_OF_FIELDS = (FilterField("asOf", _("As of")),)


def fields_of(filters: type[ReportFilters]) -> tuple[FilterField, ...]:
    """How people call the filters that reports share."""
    known = (
        (PeriodFilters, PERIOD_FIELDS),
        (ComparedPeriodFilters, COMPARISON_FIELDS),
        (AsOfFilters, AS_OF_FIELDS),
    )
    return tuple(field for of, fields in known if issubclass(filters, of) for field in fields)
