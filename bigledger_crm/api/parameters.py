"""The query parameters of a request: those that a URL knows, and what is wrong with any."""

import re
from collections.abc import Collection
from typing import Any

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def read_parameters(request: Any, known: Collection[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The known parameters, and the problems of all by their names."""
    given = request.query_params
    problems = {name: "Unknown parameter" for name in given if name not in known}
    problems |= {name: "Given twice" for name in given if name in known and len(given.getlist(name)) > 1}
    problems |= {name: "Contains a control character" for name in given if _CONTROL.search(given[name])}
    return {name: given[name] for name in given if name not in problems}, problems
