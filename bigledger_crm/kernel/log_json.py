"""Log lines as JSON.  Apart from those of text, for structlog takes a tenth of a second to load."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import structlog

from bigledger_crm.kernel.log_lines import fields_of, moment_of
from bigledger_crm.kernel.log_secrets import without_secrets

if TYPE_CHECKING:
    import logging


class JsonFormatter(structlog.stdlib.ProcessorFormatter):
    """The same as one object of JSON on one line, by structlog; `exception` has the traceback."""

    def __init__(self) -> None:
        structure: list[structlog.typing.Processor] = [
            self._fields,
            structlog.processors.format_exc_info,
            structlog.processors.StackInfoRenderer(),
        ]
        render = structlog.processors.JSONRenderer(sort_keys=False)
        super().__init__(foreign_pre_chain=structure, processors=[self.remove_processors_meta, _hidden, render])

    @staticmethod
    def _fields(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        record: logging.LogRecord = event["_record"]
        ours = {"time": moment_of(record), "level": record.levelname, "logger": record.name, **fields_of(record)}
        if "message" in ours:
            ours["message"] = event["event"]  # the record has lost its arguments
        exception = {"exc_info": record.exc_info} if record.exc_info else {}
        kept = {name: value for name, value in event.items() if name.startswith("_")}
        return {**kept, **ours, **exception, "secrets": getattr(record, "secrets", ())}


def _hidden(_logger: Any, _method: str, event: structlog.typing.EventDict) -> Mapping[str, Any]:
    """The values without secrets; what is no number is text."""
    known = event.pop("secrets", ())
    return {
        name: value if isinstance(value, int | float) else without_secrets(str(value), known)
        for name, value in event.items()
    }
