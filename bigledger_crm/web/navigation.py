"""The left navigation.  The project lists it as `navigation` in the root URL configuration, beside the URLs."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web.components import Text
from bigledger_crm.web.from_project import from_project


@dataclass(frozen=True)
class Entry:
    """A page in the navigation, shown to those who may read the resource and have the permission, where it has them.

    With a `country` only companies in that country have it.
    `keys` are pressed one after the other to go there, such as `g c`; `about` says in a line what the page is for.
    """

    label: Text
    url_name: str
    resource: str = ""
    icon: str = "file-text"
    keys: str = ""
    permission: str = ""
    about: Text = ""
    country: str = ""


@dataclass(frozen=True)
class Group:
    """Entries under a small heading; the first group may have none."""

    heading: Text
    entries: Sequence[Entry]


@dataclass(frozen=True)
class Link:
    """An entry as it is drawn."""

    label: Text
    href: str
    icon: str
    current: bool
    keys: str = ""
    about: Text = ""


def links_for(actor: Actor, path: str) -> list[tuple[Text, list[Link]]]:
    """The groups that `actor` may see; the entry that `path` lies in is current."""
    return _drawn(from_project("navigation", ()), actor, path)


def settings_for(actor: Actor) -> list[tuple[Text, list[Link]]]:
    """All pages of settings that `actor` may see, in the project's `settings_pages`, by groups."""
    return _drawn(from_project("settings_pages", ()), actor, "")


def commands_for(actor: Actor) -> list[Link]:
    """What the actor may begin from anywhere: the project's `commands` whose resource they may write."""
    commands: Sequence[Entry] = from_project("commands", ())
    return [_link(entry, "") for entry in commands if not entry.resource or actor.may(entry.resource, "write")]


def _drawn(groups: Sequence[Group], actor: Actor, path: str) -> list[tuple[Text, list[Link]]]:
    """What of the groups the actor may see; the entry that `path` lies in deepest is current."""
    shown = [(group.heading, [entry for entry in group.entries if _shown(entry, actor)]) for group in groups]
    hrefs = [reverse(entry.url_name) for _heading, entries in shown for entry in entries]
    current = max(filter(lambda href: _lies_in(path, href), hrefs), key=len, default="")
    return [(heading, [_link(entry, current) for entry in entries]) for heading, entries in shown if entries]


def _lies_in(path: str, href: str) -> bool:
    return path == href or (href != "/" and path.startswith(f"{href.rstrip('/')}/"))


def _shown(entry: Entry, actor: Actor) -> bool:
    if entry.permission and entry.permission not in actor.permissions:
        return False
    if entry.country and entry.country != actor.company.country:
        return False
    return not entry.resource or actor.may(entry.resource, "read")


def _link(entry: Entry, current: str) -> Link:
    href = reverse(entry.url_name)
    return Link(entry.label, href, entry.icon, href == current, entry.keys, entry.about)
