# PYTHON_ARGCOMPLETE_OK
"""Runs a command."""

import argparse
import getpass
import json
import os
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import argcomplete
from argcomplete.shell_integration import shellcode
from rich.console import Console
from rich.progress import Progress

from bigledger import errors
from bigledger.command_line import arguments as command_line
from bigledger.command_line import output, profiles, rows
from bigledger.resources import SyncBigLedgerClient
from bigledger.transport import Options
from bigledger.values import File, to_wire, upload

BATCH = 100  # rows that the API takes at once
REJECTED, USAGE, FORBIDDEN, MISSING, UNREACHABLE, INTERRUPTED = 1, 2, 3, 4, 5, 130


def main(words: list[str] | None = None) -> int:
    """Runs what the words say; returns the exit code."""
    parser = command_line.parser()
    argcomplete.autocomplete(parser)
    arguments = parser.parse_args(words)
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:  # such as `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except (profiles.ProfileError, OSError, ValueError) as error:
        return _complain(str(error), USAGE)
    except errors.ApiError as error:
        request = f"\n  request {error.request_id}" if error.request_id else ""
        return _complain(f"{error}{request}", _code(error))
    except errors.BigLedgerError as error:
        return _complain(str(error), UNREACHABLE)
    return code


def _complain(message: str, code: int) -> int:
    sys.stderr.write(f"bigledger: {message}\n")
    return code


def _code(error: errors.ApiError) -> int:
    if isinstance(error, errors.AuthenticationError | errors.PermissionDeniedError):
        return FORBIDDEN
    if isinstance(error, errors.NotFoundError):
        return MISSING
    return UNREACHABLE if isinstance(error, errors.ServerError | errors.RateLimitError) else REJECTED


def _run(arguments: argparse.Namespace) -> int:
    if arguments.resource == "completion":
        sys.stdout.write(shellcode(["bigledger"], shell=arguments.shell) + "\n")
        return 0
    if arguments.resource == "configure":
        return _configure(arguments)
    with _client(profiles.load(arguments.profile), arguments.timeout) as client:
        return _call(client, arguments)


def _client(profile: profiles.Profile, timeout: float | None) -> SyncBigLedgerClient:
    return SyncBigLedgerClient(profile.api_key, profile.company_id, base_url=profile.base_url, timeout=timeout or 30)


def _configure(arguments: argparse.Namespace) -> int:
    """Stores a profile when the server knows its key."""
    base_url = arguments.base_url or input("URL, such as https://crm.example.com/api/v1: ")
    company = arguments.company_id or input("Company id: ")
    key = sys.stdin.readline() if arguments.key_from_stdin else getpass.getpass("API key: ")
    profile = profiles.Profile(base_url.strip(), company.strip(), key.strip())
    with _client(profile, None) as client:
        try:
            client.get("/tax-codes", {"limit": 1})
        except errors.PermissionDeniedError as error:
            if error.code != "PERMISSION_DENIED":  # valid, without this scope
                raise
    name = arguments.profile or "default"
    sys.stderr.write(f"Profile {name} stored in {profiles.save(name, profile)}\n")
    return 0


def _call(client: SyncBigLedgerClient, arguments: argparse.Namespace) -> int:
    operation = arguments.operation
    path = operation["path"].format(*(quote(getattr(arguments, id_), safe="") for id_ in operation["ids"]))
    kind = arguments.format or ("table" if sys.stdout.isatty() else "json")
    options = _options(arguments)
    if operation["takes"] == "rows":
        return _create_rows(client, path, arguments, kind)
    if operation["gives"] == "file":
        return _save(client.run(client.api.file(path)), arguments.output)
    data: Any
    if operation["gives"] == "page":
        data = _list(client, path, arguments)
    elif operation["takes"] == "file":
        data = client.run(client.api.envelope("POST", path, None, None, options, upload(arguments.file)))
    else:
        body = _body(arguments) if operation["takes"] == "fields" else None
        params = to_wire(command_line.given_fields(arguments)) if operation["takes"] == "query" else None
        data = client.run(client.api.envelope(operation["method"], path, params, body or None, options))
    if operation["gives"] != "page":
        is_rehearsed = "rehearse" in options
        kind = "json" if is_rehearsed else kind
        data = {name: data[name] for name in ("data", "rehearsal")} if is_rehearsed else data["data"]
    output.show(data, kind, arguments.columns)
    return 0


def _options(arguments: argparse.Namespace) -> Options:
    options: Options = {}
    if getattr(arguments, "idempotency_key", None):
        options["idempotency_key"] = arguments.idempotency_key
    if getattr(arguments, "if_match", None):
        options["if_match"] = arguments.if_match
    if getattr(arguments, "rehearse", False):
        options["rehearse"] = True
    return options


def _body(arguments: argparse.Namespace) -> dict[str, Any]:
    """The fields of --data, and those of the options."""
    data = arguments.data or "{}"
    if data == "-":
        data = sys.stdin.read()
    elif data.startswith("@"):
        data = Path(data[1:]).read_text()
    body = json.loads(data, parse_float=Decimal)
    if not isinstance(body, dict):
        raise ValueError("--data must be a JSON object")
    return to_wire(body | to_wire(command_line.given_fields(arguments)))  # type: ignore[no-any-return]


def _progress() -> Progress:
    """On standard error, and only where somebody looks at it."""
    console = Console(stderr=True)
    return Progress(console=console, transient=True, disable=not console.is_terminal)


def _list(client: SyncBigLedgerClient, path: str, arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """The first page, or all of them."""
    params = to_wire(command_line.given_fields(arguments))
    if arguments.all:
        params.setdefault("limit", BATCH)
    page = client.get(path, params)
    found: list[dict[str, Any]] = page["data"]
    where = page["pagination"]
    if not arguments.all:
        if where["hasMore"]:
            sys.stderr.write(f"{len(found)} of {where['total']}; --all lists all of them\n")
        return found
    with _progress() as progress:
        task = progress.add_task("Listing", total=where["total"], completed=len(found))
        while where["nextCursor"]:
            page = client.get(path, {**params, "cursor": where["nextCursor"]})
            where = page["pagination"]
            found += page["data"]
            progress.update(task, completed=len(found))
    return found


def _create_rows(client: SyncBigLedgerClient, path: str, arguments: argparse.Namespace, kind: str) -> int:
    """Creates the rows of a file, and says what became of those that failed."""
    every = [to_wire(row) for row in rows.read(arguments.file)]
    results = []
    with _progress() as progress:
        task = progress.add_task("Creating", total=len(every))
        for start in range(0, len(every), BATCH):
            options = _options(arguments)
            if arguments.idempotency_key:
                options["idempotency_key"] = f"{arguments.idempotency_key}-{start}"
            done = client.post(path, {"rows": every[start : start + BATCH]}, options)["data"]
            for result in done["results"]:
                results.append(_result(start, result))
                progress.advance(task)
    failed = [result for result in results if result["error"]]
    if kind == "json" or failed or kind == "csv":
        output.show(failed if kind == "table" else results, kind, arguments.columns or "row,id,error")
    verb = "would be created" if arguments.rehearse else "created"
    sys.stderr.write(f"{len(results) - len(failed)} {verb}, {len(failed)} failed\n")
    return REJECTED if failed else 0


def _result(start: int, result: dict[str, Any]) -> dict[str, Any]:
    error = result.get("error", {})
    details = [f"{one['field']}: {one['message']}" for one in error.get("details", []) if "field" in one]
    return {
        "row": start + result["index"] + 1,
        "id": result.get("data", {}).get("id"),
        "error": "; ".join(details) or error.get("message"),
    }


def _save(file: File, target: str | None) -> int:
    if target == "-":
        sys.stdout.buffer.write(file.content)
        return 0
    sys.stderr.write(f"Saved {file.save(target)}\n")
    return 0
