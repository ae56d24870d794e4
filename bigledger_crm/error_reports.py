"""Reports of errors to a Sentry-compatible server, where SENTRY_DSN names one.

What is logged as an error is reported: where in our code it happened, what was said, and the ids that its log line has.
No request goes along, nor what belongs to it: no body, query, cookie or header, no variable and no argument.
"""

import logging
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from bigledger_crm import __version__
from bigledger_crm.kernel.log_lines import CONTEXT, OF_TASKS
from bigledger_crm.kernel.log_secrets import without_secrets

KEPT = ("event_id", "timestamp", "level", "logger", "platform", "release", "environment", "server_name", "sdk")
CODE = ("pre_context", "context_line", "post_context")
FRAME = ("filename", "abs_path", "module", "function", "lineno", "in_app", *CODE)


def start(dsn: str) -> None:
    """Reports from now on, if there is a DSN.  Raises ImproperlyConfigured for one that is none."""
    if not dsn:
        return
    if find_spec("sentry_sdk") is None:
        raise ImproperlyConfigured("SENTRY_DSN needs more packages: pip install -r requirements-sentry.txt")
    sdk, logs, hook, threads, end = (
        import_module(f"sentry_sdk{name}")
        for name in ("", *(f".integrations.{kind}" for kind in ("logging", "excepthook", "threading", "atexit")))
    )
    try:
        sdk.init(
            dsn=dsn,
            release=__version__,
            default_integrations=False,
            auto_enabling_integrations=False,
            integrations=[
                logs.LoggingIntegration(level=None, event_level=logging.ERROR),
                hook.ExcepthookIntegration(),
                threads.ThreadingIntegration(propagate_scope=False),
                end.AtexitIntegration(callback=lambda _pending, _timeout: None),
            ],
            before_send=without_request,
            include_local_variables=False,
            max_breadcrumbs=0,
            auto_session_tracking=False,
        )
    except ValueError as error:
        raise ImproperlyConfigured("SENTRY_DSN is not a URL such as https://KEY@HOST/PROJECT") from error


def without_request(event: Any, hint: dict[str, Any]) -> Any:
    """A new event of what may be told; whatever else the SDK has gathered stays here."""
    record = hint.get("log_record")
    known = getattr(record, "secrets", ())
    kept = {name: event[name] for name in KEPT if name in event}
    if "exception" in event:
        kept["exception"] = {"values": [_exception(value, known) for value in event["exception"].get("values", ())]}
    if record is not None:
        kept["logentry"] = {"formatted": without_secrets(record.getMessage(), known)}
        tags = {name: str(getattr(record, name, "-")) for name in (*CONTEXT, *OF_TASKS) if name != "address"}
        kept["tags"] = {name: value for name, value in tags.items() if value != "-"}
    return kept


def _exception(value: dict[str, Any], known: Any) -> dict[str, Any]:
    frames = (value.get("stacktrace") or {}).get("frames") or ()
    kept = [{name: frame[name] for name in FRAME if name in frame} for frame in frames]
    return {
        "type": value.get("type"),
        "module": value.get("module"),
        "value": without_secrets(str(value.get("value", "")), known),
        "stacktrace": {"frames": kept},
    }
