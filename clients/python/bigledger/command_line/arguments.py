"""The commands and options, from the table of operations."""

import argparse
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from bigledger.names import VERSION

FORMATS = ("table", "json", "csv")
SHELLS = ("bash", "zsh", "fish")
EXIT_CODES = """\
exit codes:
  0 done              1 rejected by the API, or some rows of it
  2 wrong usage       3 the key is not valid, or lacks a scope
  4 no such object    5 the server cannot be reached, or failed"""


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    made = argparse.ArgumentParser(
        "bigledger",
        description="Customers, quotes, orders, invoices and payments of BigLedger CRM.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--version", action="version", version=f"bigledger {VERSION}")
    made.add_argument("--profile", help="a profile of `bigledger configure`; also after the command")
    resources = made.add_subparsers(dest="resource", metavar="RESOURCE", required=True)
    _add_configure(resources)
    completion = resources.add_parser("completion", help="print the completion for a shell")
    completion.add_argument("shell", choices=SHELLS)
    table = json.loads(files("bigledger").joinpath("operations.json").read_text())
    for resource, operations in table.items():
        commands = resources.add_parser(_dashed(resource), help=", ".join(_dashed(name) for name in operations))
        methods = commands.add_subparsers(dest="command", metavar="COMMAND", required=True)
        for name, operation in operations.items():
            about = operation["about"].replace("%", "%%")
            command = methods.add_parser(_dashed(name), help=about, description=about, parents=[_common()])
            command.set_defaults(operation=operation)
            _add_arguments(command, operation)
    return made


def _dashed(name: str) -> str:
    return name.replace("_", "-")


def _add_configure(resources: Any) -> None:
    configure = resources.add_parser("configure", help="store the URL, the company and the key of a profile")
    configure.add_argument("--profile", default=argparse.SUPPRESS, help="its name, `default` unless given")
    configure.add_argument("--base-url", help="such as https://crm.example.com/api/v1; asked for unless given")
    configure.add_argument("--company-id", help="comp_…; asked for unless given")
    configure.add_argument("--key-from-stdin", action="store_true", help="read the key from standard input")


_OF_EVERY_COMMAND = ("profile", "format", "columns", "timeout")


def _common() -> argparse.ArgumentParser:
    """The options of every command."""
    made = argparse.ArgumentParser(add_help=False)
    group = made.add_argument_group("for every command")
    group.add_argument("--profile", default=argparse.SUPPRESS, help="a profile of `bigledger configure`")
    group.add_argument("--format", choices=FORMATS, help="`table` in a terminal and `json` elsewhere, unless given")
    group.add_argument("--columns", help="which fields, separated by commas: id,total,customer.name")
    group.add_argument("--timeout", type=float, help="seconds to wait for the server, 30 unless given")
    return made


def _add_arguments(command: argparse.ArgumentParser, operation: dict[str, Any]) -> None:
    for id_ in operation["ids"]:
        command.add_argument(id_, metavar=id_.upper())
    takes, gives = operation["takes"], operation["gives"]
    if takes == "rows":
        command.add_argument("--file", required=True, help="CSV, JSON or JSON Lines; `-` for standard input")
    if takes == "file":
        command.add_argument("file", metavar="FILE", type=Path)
    if takes == "fields":
        command.add_argument("--data", help="a JSON object, @FILE, or - for standard input; options come on top of it")
    if operation["method"] == "POST":
        command.add_argument("--idempotency-key", help="so that a repeated command takes effect once")
    if operation["method"] != "GET":
        command.add_argument("--if-match", help="the ETag that the object must still have")
        command.add_argument("--rehearse", action="store_true", help="says what it would do, and changes nothing")
    if gives == "page":
        command.add_argument("--all", action="store_true", help="all pages, not only the first")
    if gives == "file":
        command.add_argument("--output", help="a file, a folder, or - for standard output")
    for field in operation["fields"]:
        _add_option(command, field)


def _add_option(command: argparse.ArgumentParser, field: dict[str, Any]) -> None:
    about = field["about"].replace("%", "%%")
    name = _dashed(field["name"])
    option = f"--set-{name}" if name in _OF_EVERY_COMMAND else f"--{name}"
    settings: dict[str, Any] = {"dest": f"field_{field['name']}", "help": about}
    if field["kind"] == "flag":
        settings["action"] = argparse.BooleanOptionalAction
    elif field["kind"] == "json":
        settings |= {"type": _json, "metavar": "JSON"}
    elif field["kind"] == "texts":
        settings |= {"action": "append", "help": f"{about} May be given several times.", "metavar": "TEXT"}
    elif field["kind"] in ("number", "integer"):
        settings["metavar"] = "NUMBER"
    elif "choices" not in field:
        settings["metavar"] = "TEXT"
    if "choices" in field and field["kind"] != "flag":
        settings["choices"] = field["choices"]
        settings.pop("metavar", None)
    command.add_argument(option, **settings)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"not JSON: {error}") from error


def given_fields(arguments: argparse.Namespace) -> dict[str, Any]:
    """The fields that were given as options, with their names in Python."""
    given = {name: value for name, value in vars(arguments).items() if name.startswith("field_") and value is not None}
    return {name.removeprefix("field_"): value for name, value in given.items()}
