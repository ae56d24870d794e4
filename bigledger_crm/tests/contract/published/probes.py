"""Asks a published endpoint for everything that the page says of it, and notes every gap."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import time_machine

from bigledger_crm.kernel import ids
from bigledger_crm.testing.client import Answer
from bigledger_crm.tests.contract.published.comparing import EXACT, TYPES, Manner, compare
from bigledger_crm.tests.contract.published.environment import Environment, Object
from bigledger_crm.tests.contract.published.reading import Endpoint, Page, Parameter
from bigledger_crm.tests.contract.published.scenarios import Scenario

Finding = tuple[str, str]
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_BAD = {"number": "many", "integer": "many", "boolean": "perhaps"}
_PAGING = {"hasMore": True, "nextCursor": "text", "limit": 1, "total": 2}


class Probe:
    """One endpoint on one stage; each of its findings is what was looked at and what is wrong about it, or ""."""

    def __init__(self, page: Page, endpoint: Endpoint, scenario: Scenario, environment: Environment) -> None:
        self.page, self.endpoint, self.scenario, self.environment = page, endpoint, scenario, environment
        self.objects = [getattr(environment, name) for name in scenario.objects]
        self.row = getattr(environment, scenario.row) if scenario.row else None
        scenario.before(environment)

    def ask(
        self,
        parameters: Mapping[str, str] | None = None,
        body: Any = None,
        *,
        prefix: str = "/api/v1",
        unknown: bool = False,
    ) -> Answer:
        """One request, about nothing that exists where `unknown`."""
        path = self.endpoint.path
        for number, name in enumerate(re.findall(r"\{\w+\}", path)):
            wanted = self.objects[number]["id"]
            path = path.replace(name, wanted.partition("_")[0] + "_invalid" if unknown else wanted)
        query = f"?{urlencode(parameters)}" if parameters else ""
        with time_machine.travel(f"{self.scenario.day}T09:00:00+08:00", tick=False):
            return self.environment.api.request(self.endpoint.method, f"{prefix}{path}{query}", body)

    def findings(self) -> dict[str, list[Finding]]:
        """Everything by the columns of the table, refusals first: they leave the stage as it was."""
        errors = list(self.errors())
        refused = list(self.wrong_fields())
        parameters = [finding for parameter in self.endpoint.parameters for finding in self.parameter(parameter)]
        request = self.environment.prepared(self.endpoint.request)
        answer = self.ask(body=request)
        served = [(str(self.endpoint), "" if answer.status == self.scenario.status else answer.text), *self.at_v1()]
        if answer.status != self.scenario.status:
            return {"served": served, "parameters": parameters, "request": refused, "response": [], "errors": errors}
        taken = list(self.taken(request, answer.data)) if request else []
        return {
            "served": served,
            "parameters": parameters,
            "request": _united(refused, taken),
            "response": list(self.response(request, answer)),
            "errors": errors,
        }

    def at_v1(self) -> Iterator[Finding]:
        """The base URL of the page knows the method too."""
        asked = Probe.__new__(Probe)
        asked.__dict__.update(self.__dict__, endpoint=Endpoint("", "OPTIONS", self.endpoint.path))
        yield (
            f"/v1{self.endpoint.path}",
            (
                ""
                if self.endpoint.method in asked.ask(prefix="/v1").headers.get("Allow", "").split(", ")
                else "not there"
            ),
        )

    def response(self, request: Any, answer: Answer) -> Iterator[Finding]:
        """Every field of the published answer."""
        example, served = self.endpoint.response, answer.data
        if self.row is not None:
            (served,) = [row for row in answer.data if row["id"] == self.row["id"]]
            wanted = example["data"][0] if example else _as_row(self.environment.objects[self.scenario.gives])
            if example and served.keys() != wanted.keys():
                yield "the row's own fields", f"{sorted(served.keys() ^ wanted.keys())} too many or missing"
            yield from compare(wanted, served, EXACT)
            yield from self.pages()
        else:
            wanted = example["data"] if example else self.environment.objects[self.scenario.gives]
            sent = request if self.scenario.manner is EXACT and self.endpoint.method in ("PUT", "PATCH") else {}
            changes = {name: value for name, value in (sent or {}).items() if name in wanted and name != "notes"}
            if self.endpoint.method == "DELETE":
                yield "id", "" if served.get("id") == self.objects[0]["id"] else f"{served} names something else"
            yield from compare(wanted | changes, served, self.scenario.manner)

    def pages(self) -> Iterator[Finding]:
        """A page of one row says that more follow and leads to the next; the last leads nowhere."""
        page = self.ask({"limit": "1"}).body
        yield from compare({"pagination": _PAGING}, page, TYPES)
        seen = [row["id"] for row in page["data"]]
        while (cursor := page["pagination"]["nextCursor"]) and len(seen) < page["pagination"]["total"] + 1:
            page = self.ask({"limit": "1", "cursor": cursor}).body
            seen += [row["id"] for row in page["data"]]
        whole = len(set(seen)) == len(seen) == page["pagination"]["total"] > 1
        yield "all pages", "" if whole and page["pagination"]["hasMore"] is False else f"{seen}, {page['pagination']}"

    def parameter(self, parameter: Parameter) -> Iterator[Finding]:
        """A parameter is taken in each of its values, does what it says, and refuses what it can't mean."""
        name = parameter.name
        wrong = [problem for problem in self._parameter_problems(parameter) if problem]
        yield name, "; ".join(wrong)

    def _parameter_problems(self, parameter: Parameter) -> Iterator[str]:
        name, choices = parameter.name, parameter.choices
        if name in ("sort", "order", "limit", "cursor"):
            yield from self._paging_problems(name, choices)
            return
        known = {"customerId": (self.environment.customer["id"], ids.encode("cust", ids.new_id()))}
        if name not in {**self.scenario.filters, **known}:
            yield "no play tries it"
            return
        finds, misses = {**known, **self.scenario.filters}[name]
        yield "" if self._found(name, finds) else f"{finds} doesn't find the published one"
        for value in {misses, *choices} - {finds}:
            yield f"{value} finds it too" if self._found(name, value) else ""
        if parameter.kind in _BAD or choices or _DAY.fullmatch(finds):
            yield self._refused({name: _BAD.get(parameter.kind, "nonsense")})

    def _paging_problems(self, name: str, choices: list[str]) -> Iterator[str]:
        if name == "cursor":
            cursor = self.ask({"limit": "1"}).body["pagination"]["nextCursor"]
            if cursor is not None:
                yield "" if self.ask({"limit": "1", "cursor": cursor}).status == 200 else "its own cursor is refused"
            tampered = self.ask({"cursor": "eyJpZCI6MTIzfQ"})
            yield "" if (tampered.status, tampered.error["code"]) == (400, "INVALID_CURSOR") else tampered.text
            return
        if name == "limit":
            answers = [self.ask(), self.ask({"limit": "100"}), self.ask({"limit": "20"})]
            limits = [answer.body["pagination"]["limit"] for answer in answers]
            yield "" if limits == [50, 100, 20] else f"{limits} in place of 50, 100, 20"
            yield self._refused({"limit": "101"})
            return
        for value in choices or {"sort": ["total", "createdAt"], "order": ["asc", "desc"]}[name]:
            yield "" if self.ask({name: value}).status == 200 else f"{value} is refused"
        yield self._refused({name: "nonsense"})

    def _found(self, name: str, value: str) -> bool:
        """Whether the published row, or any figure of an analysis, is found with this value."""
        answer = self.ask({name: value})
        if name == "customerId" and answer.status == 404:
            return False
        if self.row is None:
            return any(environment["count"] for environment in answer.data["stages"])
        return self.row["id"] in [row["id"] for row in answer.data]

    def _refused(self, parameters: dict[str, str]) -> str:
        answer = self.ask(parameters)
        named = answer.status == 400 and answer.field_errors.keys() == parameters.keys()
        return "" if named else f"{parameters} isn't refused by name: {answer.text[:200]}"

    def wrong_fields(self) -> Iterator[Finding]:
        """Each field of the request is refused by its path when it has another type: it is read, not ignored."""
        for path, value in _leaves(self.endpoint.request or {}):
            body = self.environment.prepared(self.endpoint.request)
            _put(body, path, {"wrong": True} if not isinstance(value, dict) else "wrong")
            answer = self.ask(body=body)
            named = answer.status == 400 and any(
                detail["field"].startswith(path) for detail in answer.error.get("details", ())
            )
            yield path, "" if named else f"of another type isn't refused by its name: {answer.text[:200]}"

    def taken(self, request: Object, answer: Object) -> Iterator[Finding]:
        """Each field of the request is found again, in the answer or where the play says."""
        traces = {**answer, **self.scenario.traces(self.environment, answer)}
        for path, _ in _leaves(request):
            name = re.split(r"[.\[]", path)[0]
            if name not in traces:
                yield path, "leaves no trace"
            else:
                yield path, "" if _holds(traces[name], request[name]) else f"became {traces[name]!r}"

    def errors(self) -> Iterator[Finding]:
        """The published errors, wherever they can happen."""
        if "{" in self.endpoint.path:
            answer = self.ask(body=self.environment.prepared(self.endpoint.request), unknown=True)
            words = {"cust": "Customer", "so": "Sales order", "quote": "Quote", "inv": "Invoice", "item": "Item"}
            prefix = self.objects[0]["id"].partition("_")[0]
            word = {**words, "tax": "Tax code", "pay": "Payment"}[prefix]
            example = _replaced(
                self.page.errors[404], CUSTOMER=word.upper().replace(" ", "_"), Customer=word, cust_=f"{prefix}_"
            )
            yield "404", "" if (answer.status, answer.body) == (404, example) else answer.text
        if self.endpoint.request is not None:
            answer = self.ask(body={"surprise": True})
            yield "400", "" if answer.status == 400 and self._as_published(answer.body) else answer.text
        if self.endpoint.parameters:
            yield "400", self._refused({"surprise": "1"})

    def _as_published(self, body: Object) -> bool:
        example = self.page.errors[400]
        code, message = (example["error"][name] for name in ("code", "message"))
        detail = {"field": "surprise", "message": "Unknown field"}
        return (
            not any(wrong for _, wrong in compare(example, body, Manner(values=False)))
            and list(body["error"]) == list(example["error"])
            and re.fullmatch(code.replace("CUSTOMER", "[A-Z_]+"), body["error"]["code"]) is not None
            and re.fullmatch(message.replace("Customer", "[A-Z][a-z ]+"), body["error"]["message"]) is not None
            and detail in body["error"]["details"]
        )


def _replaced(value: Any, **words: str) -> Any:
    """An example with other words in its texts."""
    if isinstance(value, dict):
        return {name: _replaced(part, **words) for name, part in value.items()}
    if isinstance(value, str):
        for word, other in words.items():
            value = value.replace(word, other)
    return value


def _as_row(whole: Object) -> Object:
    """What a list shows of an object: its scalars and the short customer."""
    return {
        name: value
        for name, value in whole.items()
        if name == "customer" or not isinstance(value, dict | list) or name == "rates"
    }


def _united(*findings: list[Finding]) -> list[Finding]:
    """One finding for each field, with everything that is wrong about it."""
    problems: dict[str, list[str]] = {}
    for path, wrong in (finding for part in findings for finding in part):
        problems.setdefault(path, []).extend([wrong] if wrong else [])
    return [(path, "; ".join(wrong)) for path, wrong in problems.items()]


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every field of a request by its path, those of objects inside too; what custom fields hold is free."""
    for name, part in value.items():
        below = f"{path}.{name}" if path else name
        yield below, part
        if isinstance(part, dict) and name != "customFields":
            yield from _leaves(part, below)
        elif isinstance(part, list):
            for number, row in enumerate(part):
                if isinstance(row, dict):
                    yield from _leaves(row, f"{below}[{number}]")


def _put(body: Any, path: str, value: Any) -> None:
    """Sets the field at a path such as items[0].quantity."""
    *way, last = [int(step) if step.isdigit() else step for step in re.findall(r"\w+", path)]
    for step in way:
        body = body[step]
    body[last] = value


def _holds(served: Any, sent: Any) -> bool:
    """Whether an object says at least what was sent, with numbers by their value."""
    if isinstance(sent, dict):
        return isinstance(served, dict) and all(name in served and _holds(served[name], sent[name]) for name in sent)
    if isinstance(sent, list):
        return isinstance(served, list) and len(served) == len(sent) and all(map(_holds, served, sent))
    return type(served) is type(sent) and served == sent if isinstance(sent, bool | str) else bool(served == sent)
