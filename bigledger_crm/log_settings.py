"""Django's LOGGING: everything to standard error, as lines of text or of JSON."""

from typing import Any

FORMATS = {
    "text": "bigledger_crm.kernel.log_lines.LineFormatter",
    "json": "bigledger_crm.kernel.log_json.JsonFormatter",
}


def logging(level: str, log_format: str) -> dict[str, Any]:
    """The setting, for LOG_LEVEL and LOG_FORMAT."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "request": {"()": "bigledger_crm.api.request_id.RequestFilter"},
            "one_line": {"()": "bigledger_crm.api.request_id.OneLineFilter"},
        },
        "formatters": {"line": {"()": FORMATS[log_format]}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request", "one_line"]},
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "propagate": True},
            # The access log says it already.
            "django.request": {"level": "ERROR"},
            # Two lines for every sweep, and seven for every PDF, say nothing.
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "weasyprint.progress": {"level": "WARNING"},
        },
    }
