"""Gunicorn's configuration, the same wherever the product is served; its command line says where it listens."""

from typing import Any

from django.conf import settings

from bigledger_crm.kernel.log_json import JsonFormatter
from bigledger_crm.metrics import process_files

worker_class = "bigledger_crm.server.worker.WebWorker"
workers = 2
threads = 8
preload_app = True
graceful_timeout = 15
loglevel = "warning"
# Nobody speaks to it, and its path below the data directory can be too long for a socket.
control_socket_disable = True


def on_starting(server: Any) -> None:
    """Counts begin anew with the web server; other processes that run keep theirs.  Its own lines are as all others."""
    process_files.forget_ended(process_files.folder())
    if settings.LOG_FORMAT == "json":
        for handler in server.log.error_log.handlers:
            handler.setFormatter(JsonFormatter())
