"""Template filters and tags: figures, dates and the drawn components."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from bigledger_crm.kernel import ids
from bigledger_crm.web import formatting
from bigledger_crm.web.charts import spark_points
from bigledger_crm.web.components import Action, StatusBadge
from bigledger_crm.web.toasts import undo_of

register = template.Library()
register.filter("amount", formatting.amount)
register.filter("amount_with_currency", formatting.amount_with_currency)
register.filter("unit_price", formatting.unit_price)
register.filter("number", formatting.number)
register.filter("percent", formatting.percent)
register.filter("phone", formatting.phone)
register.filter("day", formatting.day)
register.filter("moment", formatting.moment)
register.filter("undo", undo_of)


@register.filter
def under_more(actions: Sequence[Action]) -> list[Action]:
    """The actions that aren't buttons of their own."""
    return [action for action in actions if action.more]


@register.simple_tag
def form_key() -> str:
    """A new key for a form that is saved once."""
    return str(ids.new_id())


@register.simple_tag(takes_context=True)
def form_company(context: template.Context) -> SafeString:
    """The company that a form was drawn in, so that it can't be saved in another."""
    company = context.get("company")
    hidden = '<input type="hidden" name="form_company" value="{}">'
    return format_html(hidden, company.public_id) if company else SafeString("")


@register.simple_tag
def time(moment: datetime) -> SafeString:
    """A moment as people read it, exact for machines and under the pointer."""
    exact = localtime(moment)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        exact.isoformat(),
        exact.strftime("%Y-%m-%d %H:%M:%S %z"),
        formatting.moment(moment),
    )


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing of `static/icons.svg`, for the eye only: a word stands beside it or in a label."""
    drawing = '<svg class="icon-{0}" aria-hidden="true"><use href="{1}#{0}"></use></svg>'
    return format_html(drawing, name, static("icons.svg"))


@register.simple_tag
def spark(values: Sequence[Decimal]) -> SafeString:
    """A small line through the values, beside a figure that says the last of them."""
    return format_html(
        '<svg class="spark" viewBox="0 0 100 28" preserveAspectRatio="none" aria-hidden="true">'
        '<polyline points="{}"/></svg>',
        spark_points(values),
    )


@register.simple_tag
def status_badge(badge: StatusBadge) -> SafeString:
    """The coloured label of a status."""
    return format_html('<span class="badge badge-{}">{}</span>', badge.tone, badge.label)


@register.simple_tag
def control(bound: BoundField) -> SafeString:
    """The control of a form field; the first wrong one that is drawn gets the focus, with or without a script."""
    if not bound.errors or getattr(bound.form, "has_focus", False):
        return bound.as_widget()
    bound.form.has_focus = True  # type: ignore[attr-defined]  # a mark of ours
    return bound.as_widget(attrs={"autofocus": True})


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, wide: bool = False) -> dict[str, Any]:
    """A form field with its label, help and errors, tied together for screen readers."""
    return {"field": bound, "wide": wide, "is_check": bound.widget_type == "checkbox"}
