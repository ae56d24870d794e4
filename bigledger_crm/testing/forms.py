"""What a browser would post of a form."""

from html.parser import HTMLParser

_UNTYPED = ("submit", "button", "file")


class _Form(HTMLParser):
    """Reads the fields of one form; templates inside it are no part of it."""

    def __init__(self, id: str) -> None:
        super().__init__()
        self.id, self.fields = id, dict[str, str]()
        self.inside, self.templates = False, 0
        self.select, self.text = "", ""
        self.first = self.options = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.inside |= tag == "form" and given.get("id") == self.id
        self.templates += tag == "template"
        name = given.get("name", "")
        if not self.inside or self.templates:
            return
        if tag == "option" and self.select and (self.first or "selected" in given):
            self.fields[self.select], self.options = given.get("value", ""), "value" not in given
            self.first = False
        elif tag == "select":
            self.select, self.first = name, True
        elif tag == "textarea":
            self.text, self.fields[name] = name, ""
        elif tag == "input" and name and _is_posted(given):
            self.fields[name] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self.text:
            self.fields[self.text] += data
        elif self.options:
            self.fields[self.select], self.options = data, False

    def handle_endtag(self, tag: str) -> None:
        self.inside &= tag != "form"
        self.templates -= tag == "template"
        if tag == "textarea" and self.text:
            self.fields[self.text] = self.fields[self.text].removeprefix("\n")
            self.text = ""
        elif tag == "select":
            self.select = ""


def _is_posted(given: dict[str, str]) -> bool:
    kind = given.get("type", "text")
    return kind not in _UNTYPED and (kind not in ("checkbox", "radio") or "checked" in given)


def form_of(page: str, id: str = "editor") -> dict[str, str]:
    """The fields of the form with this id, without its buttons."""
    form = _Form(id)
    form.feed(page)
    return form.fields
