"""The framework's middleware that only pages need: requests of the API pass it by.

A key says all that the API wants to know.  No cookie that comes along with it is looked at: it can neither let somebody
in, nor make a query.  `check --deploy` knows Django's own classes by their names only, which is why it doesn't see the
one against forged requests (security.W003); `tests/isolation/test_page_middleware.py` does.
"""

from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django_htmx.middleware import HtmxMiddleware

from bigledger_crm.account.sessions import RenewSession


def is_of_api(request: HttpRequest) -> bool:
    """Whether a request is one of the API; its path has been made canonical already."""
    return request.path_info == "/api/v1" or request.path_info.startswith("/api/v1/")


class _PagesOnly:
    """Lets requests of the API through to what comes next."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The response of the next one, or of this one."""
        if is_of_api(request):
            return self.get_response(request)  # type: ignore[no-any-return]
        return super().__call__(request)  # type: ignore[misc, no-any-return]


class PageSessionMiddleware(_PagesOnly, SessionMiddleware):
    """`request.session`."""


class PageRenewSession(_PagesOnly, RenewSession):
    """Puts off the end of sessions."""


class PageCsrfMiddleware(_PagesOnly, CsrfViewMiddleware):
    """Against forged requests; before each view of a page."""

    def process_view(self, request: Any, *view: Any) -> Any:
        """The refusal of a forged request."""
        return None if is_of_api(request) else super().process_view(request, *view)


class PageAuthenticationMiddleware(_PagesOnly, AuthenticationMiddleware):
    """`request.user`."""


class PageMessageMiddleware(_PagesOnly, MessageMiddleware):
    """Messages for the next page."""


class PageHtmxMiddleware(_PagesOnly, HtmxMiddleware):
    """`request.htmx`."""
