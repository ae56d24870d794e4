"""How values travel: snake_case here and camelCase on the wire, exact amounts, dates, files."""

from __future__ import annotations

import datetime as dt
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from bigledger.names import IRREGULAR, OWN

if TYPE_CHECKING:
    from bigledger.objects import Rehearsal

# What is taken for an amount, a quantity or a rate. Floats are sent as Python prints them.
Amount = Decimal | int | float | str

_encoder = msgspec.json.Encoder(decimal_format="number")


class Object(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True, dict=True):
    """An object of the API. It can be sent back: what cannot be changed is ignored."""

    @property
    def etag(self) -> str | None:
        """The version that was read, for `options={"if_match": …}`; None for objects in lists and in other objects."""
        found: str | None = self.__dict__.get("etag")
        return found

    @property
    def rehearsal(self) -> Rehearsal | None:
        """What the change would have done that `options={"rehearse": True}` was given for; else None."""
        found: Rehearsal | None = self.__dict__.get("rehearsal")
        return found


@dataclass(frozen=True)
class File:
    """A file that was downloaded."""

    content: bytes
    filename: str
    content_type: str

    def save(self, path: str | Path | None = None) -> Path:
        """Writes it to a path or into a folder, by default the current one; returns where it is."""
        target = Path(path or ".")
        target = target / Path(self.filename).name if target.is_dir() else target
        target.write_bytes(self.content)
        return target


@dataclass(frozen=True)
class Upload:
    """A file to be attached."""

    filename: str
    content: bytes

    @property
    def part(self) -> tuple[str, bytes, str]:
        """As httpx takes it. The server looks at the content, not at this type."""
        return self.filename, self.content, mimetypes.guess_type(self.filename)[0] or "application/octet-stream"


def upload(file: str | Path | Upload) -> Upload:
    """A file by its path."""
    return file if isinstance(file, Upload) else Upload(Path(file).name, Path(file).read_bytes())


def wire_name(name: str) -> str:
    """`unit_price` as `unitPrice`."""
    first, *rest = name.split("_")
    return IRREGULAR.get(name) or first + "".join(part.title() for part in rest)


def to_wire(value: Any) -> Any:
    """The value with the names of the wire; objects, amounts and dates are left to the encoder."""
    if isinstance(value, Mapping):
        return {wire_name(name): part if name in OWN else to_wire(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [to_wire(part) for part in value]
    return value


def encode(body: Any) -> bytes:
    """JSON with exact numbers."""
    return _encoder.encode(body)


def to_query(parameters: Mapping[str, Any] | None) -> dict[str, str]:
    """Query parameters as text; those that are None are left out.

    `custom_fields={"industry": "Toys"}` is `customFields.industry=Toys`.
    """
    given: dict[str, Any] = {}
    for name, value in (parameters or {}).items():
        if isinstance(value, Mapping):
            given |= {f"{wire_name(name)}.{key}": part for key, part in value.items()}
        else:
            given[wire_name(name)] = value
    return {name: _parameter(value) for name, value in given.items() if value is not None}


def _parameter(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ",".join(str(part) for part in value)
    return value.isoformat() if isinstance(value, dt.date) else str(value)


@cache
def decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    """A decoder for a type; numbers that no type describes become exact too."""
    return msgspec.json.Decoder(kind, float_hook=Decimal)
