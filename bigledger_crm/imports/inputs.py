"""The input to change an import."""

from collections.abc import Mapping
from dataclasses import dataclass

from msgspec import UNSET, UnsetType


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportInput:
    """What rows become, how a file is read, and what its columns are: a field by the heading, "" for nothing.

    `meanings` are what texts of cells stand for, by field; `defaults` what rows say that have nothing in a field.
    Columns, meanings and defaults that aren't given stay as they are, and "" removes one.
    """

    kind: str | UnsetType = UNSET
    encoding: str | UnsetType = UNSET
    delimiter: str | UnsetType = UNSET
    sheet: str | UnsetType = UNSET
    heading_row: int | UnsetType = UNSET
    decimal_separator: str | UnsetType = UNSET
    date_order: str | UnsetType = UNSET
    match_by: str | UnsetType = UNSET
    columns: Mapping[str, str] | UnsetType = UNSET
    meanings: Mapping[str, Mapping[str, str]] | UnsetType = UNSET
    defaults: Mapping[str, str] | UnsetType = UNSET

    @property
    def mapped(self) -> Mapping[str, str]:
        """The fields of the columns that are given."""
        return {} if isinstance(self.columns, UnsetType) else self.columns
