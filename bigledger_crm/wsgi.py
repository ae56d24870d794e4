"""What the web server serves."""

import gc
import importlib
import os
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application

from bigledger_crm import database_timeouts

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bigledger_crm.settings")
database_timeouts.serve_requests()


class Request(WSGIRequest):
    """A request whose Content-Type may be beyond reading: it is as good as none then, and every view says so itself.

    Whatever charset it names, its text is UTF-8.
    """

    def __init__(self, environ: dict[str, Any]) -> None:
        try:
            super().__init__(environ)
        except (LookupError, ValueError):  # such as `charset*=foo''x`, in a coding that nobody knows
            super().__init__({**environ, "CONTENT_TYPE": ""})
        self.encoding = "utf-8"  # forms have no other, and Django can't answer one that says it has


application = get_wsgi_application()
application.request_class = Request
for name in ("bigledger_crm.urls", "bigledger_crm.documents.pdf"):
    importlib.import_module(name)  # once for all processes, and before the first who waits for it
gc.collect()
gc.freeze()  # what is loaded now stays: to look through it for garbage would hold up a request for a fifth of a second
