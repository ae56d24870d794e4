"""Asking the provider of single sign-on: within a time, and answered in the form that OpenID Connect gives an answer.

django-allauth asks by a session of its own, whose timeouts begin anew with each byte, and reads whatever comes.
"""

import threading
from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any
from urllib.parse import urlsplit

import requests

TOTAL_SECONDS = 10.0
SOCKET_SECONDS = 5.0
MAX_BYTES = 1024 * 1024
_TEMPORARY = frozenset({408, 425, 429, *range(500, 600)})
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
_METHODS = "token_endpoint_auth_methods_supported"
_TEXTS = ("email", "preferred_username", "name", "given_name", "family_name", "picture")
_LONGEST_SUBJECT = 191


class ProviderAnswer(requests.RequestException):
    """An answer that is none, such as a page of HTML."""


class ProviderSession(requests.Session):
    """What it raises is a RequestException: `is_away` of a provider that can't answer now, others of a wrong answer."""

    def request(self, method: str | bytes, url: Any, *args: Any, **options: Any) -> requests.Response:
        """The answer, read as a whole.  One that refuses, such as a code that is too old, is the caller's to read."""
        asked: Future[requests.Response] = Future()
        options.update(stream=True, timeout=SOCKET_SECONDS)

        def ask() -> None:
            try:
                answer = _read(super(ProviderSession, self).request(str(method), url, *args, **options))
            except BaseException as error:  # noqa: BLE001 it is raised where the answer is waited for
                asked.set_exception(error)
            else:
                asked.set_result(answer)

        # In a thread, for no timeout of a socket ends the wait for a name, or for whoever sends byte by byte.
        threading.Thread(target=ask, name="single sign-on", daemon=True).start()
        try:
            response = asked.result(TOTAL_SECONDS)
        except TimeoutError:
            raise requests.Timeout(f"No answer within {TOTAL_SECONDS:g} seconds") from None
        if response.status_code in _TEMPORARY:
            response.raise_for_status()
        if response.ok:
            _check(response)
        return response


def is_away(error: requests.RequestException) -> bool:
    """Whether the provider can't be reached or says that it can't answer now."""
    if error.response is not None:
        return error.response.status_code in _TEMPORARY
    return isinstance(error, requests.ConnectionError | requests.Timeout)


def _read(response: requests.Response) -> requests.Response:
    """The response with its body, as long as bodies of providers are."""
    body = b""
    with response:
        for part in response.iter_content(8192):
            body += part
            if len(body) > MAX_BYTES:
                raise ProviderAnswer(f"More than {MAX_BYTES} bytes", response=response)
    response._content = body  # as the session would keep it that reads everything
    return response


def _check(response: requests.Response) -> None:
    """Raises ProviderAnswer unless it is what was asked for: discovery, a token, facts about a person, or keys."""
    try:
        said: Any = response.json()
    except ValueError:
        raise ProviderAnswer("No JSON", response=response) from None
    if not isinstance(said, dict):
        raise ProviderAnswer("No JSON object", response=response)
    if problem := _problem(response.request, said):
        raise ProviderAnswer(problem, response=response)


def _problem(request: requests.PreparedRequest, said: Mapping[str, Any]) -> str:
    if "/.well-known/" in (request.url or ""):
        wrong = [name for name in _ENDPOINTS if not _is_url(said.get(name))]
        wrong += [] if isinstance(said.get("issuer"), str) else ["issuer"]
        wrong += [] if isinstance(said.get(_METHODS, []), list) else [_METHODS]
    elif request.method == "POST":
        wrong = [] if isinstance(said.get("access_token"), str) else ["access_token"]
        wrong += [name for name in ("refresh_token", "id_token") if not isinstance(said.get(name, ""), str)]
        wrong += [] if _is_duration(said.get("expires_in", 0)) else ["expires_in"]
    elif "Authorization" in request.headers:
        subject = said.get("sub")
        is_known = isinstance(subject, str | int) and 0 < len(str(subject)) <= _LONGEST_SUBJECT
        wrong = [] if is_known else ["sub"]
        wrong += [name for name in _TEXTS if not isinstance(said.get(name, ""), str | None)]
    else:
        wrong = [] if isinstance(said.get("keys"), list) else ["keys"]
    return f"Wrong or missing: {', '.join(wrong)}" if wrong else ""


def _is_duration(value: object) -> bool:
    return isinstance(value, int | str) and str(value).isascii() and str(value).isdigit() and len(str(value)) < 10


def _is_url(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("https", "http") and bool(parts.hostname)
