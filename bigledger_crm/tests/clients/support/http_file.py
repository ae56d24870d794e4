"""Sends the requests of an .http file, as the REST clients of editors do."""

import json
import re
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_VARIABLE = re.compile(r"^@(\w+) = (.*)$", re.MULTILINE)
_NAME = re.compile(r"^# @name (\w+)\n", re.MULTILINE)
_USE = re.compile(r"{{(\w+)(?:\.response\.body\.\$\.([\w.]+))?}}")


def send_all(path: Path, variables: dict[str, str]) -> list[tuple[int, bytes]]:
    """The status and the body of every response, in order; `variables` stand for those of the file."""
    head, *requests = re.split(r"^### .*\n", path.read_text(), flags=re.MULTILINE)
    assert variables.keys() == dict(_VARIABLE.findall(head)).keys()
    named: dict[str, Any] = {}

    def value(found: re.Match[str]) -> str:
        if not found[2]:
            return variables[found[1]]
        answer = named[found[1]]
        for part in found[2].split("."):
            answer = answer[part]
        return str(answer)

    responses = []
    for request in requests:
        name = _NAME.search(request)
        text = _USE.sub(value, _NAME.sub("", request))
        status, body = _send(text)
        if name:
            named[name[1]] = json.loads(body, parse_float=str)
        responses.append((status, body))
    return responses


def _send(text: str) -> tuple[int, bytes]:
    head, _, body = text.partition("\n\n")
    line, *lines = head.splitlines()
    method, address = line.split()
    url = urlsplit(address)
    headers = dict(one.split(": ", 1) for one in lines)
    connection = HTTPConnection(url.hostname or "", url.port, timeout=300)
    try:
        connection.request(method, url.path, body.strip().encode() or None, headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()
