"""Pages for people: what the QR code of a document leads to, and the front page of the simulator."""

from html import escape
from typing import TYPE_CHECKING

from invoicing.einvoice_simulator.clock import stamp
from invoicing.einvoice_simulator.documents import WINDOW, is_open
from invoicing.einvoice_simulator.findings import codes_of
from invoicing.einvoice_simulator.http_messages import Request, Response, html_response
from invoicing.einvoice_simulator.model import Document
from invoicing.einvoice_simulator.summaries import type_name
from invoicing.einvoice_simulator.validation import settle

if TYPE_CHECKING:
    from invoicing.einvoice_simulator.simulator import Simulator

BANNER = "Simulator: not LHDN"
SHOWN = 50
_STYLE = """
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: #1c2530; background: #f3f5f7 }
.banner { padding: .6rem 1rem; background: #8a1c1c; color: #fff; font-weight: 600; text-align: center }
main { max-width: 46rem; margin: 1.5rem auto; padding: 1rem 1.5rem; background: #fff; border-radius: .5rem }
main.wide { max-width: 70rem } table { width: 100%; border-collapse: collapse }
form { margin-top: 1rem } button { font: inherit }
th, td { padding: .35rem .5rem; text-align: left; vertical-align: top; border-bottom: 1px solid #dde2e7 }
"""


def share_page(simulator: "Simulator", request: Request, uuid: str, long_id: str) -> Response:
    """GET /{uuid}/share/{longId}: the public summary; `?format=plain` leaves the style out."""
    settle(simulator)
    document = simulator.store.document(uuid)
    if document is None or not document.long_id or document.long_id != long_id:
        return _page(request, "Document not found", "<p>No document has this link.</p>", 404)
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in _facts(document))
    forms = _forms(document) if is_open(simulator, document) else ""
    return _page(request, f"e-Invoice {document.number}", f"<table>{rows}</table>{forms}")


def _forms(document: Document) -> str:
    """What others can do with a document, to be tried."""
    acts = [("cancel", "Cancel as the issuer, in the portal")]
    if document.rejection_requested_at is None:
        acts.insert(0, ("reject", "Request rejection as the receiver"))
    return "".join(_form(document, act, label) for act, label in acts)


def _form(document: Document, act: str, label: str) -> str:
    return f"""
<form method="post" action="/_sim/documents/{document.uuid}/{act}">
<label>Reason <input name="reason" maxlength="300" required></label> <button>{label}</button>
</form>"""


def _facts(document: Document) -> list[tuple[str, str]]:
    validated = document.validated_at
    facts = [
        ("Status", document.status),
        ("Type", f"{type_name(document)} ({document.version})"),
        ("Number", document.number),
        ("UUID", document.uuid),
        ("Supplier", f"{document.supplier.name}, {document.supplier.tin}"),
        ("Buyer", f"{document.buyer.name}, {document.buyer.tin}"),
        ("Issued", stamp(document.issued_at) or ""),
        ("Validated", stamp(validated) or ""),
        ("Total excluding tax", f"MYR {document.totals.excluding_tax:,}"),
        ("Total payable", f"MYR {document.totals.payable:,}"),
    ]
    if document.rejection_requested_at:
        facts.append(("Rejection requested", f"{stamp(document.rejection_requested_at)}: {document.reason}"))
    if document.cancelled_at:
        facts.append(("Cancelled", f"{stamp(document.cancelled_at)}: {document.reason}"))
    elif validated:
        facts.append(("Can be cancelled until", stamp(validated + WINDOW) or ""))
    return facts


def front_page(simulator: "Simulator", request: Request) -> Response:
    """GET /: the newest documents with their links."""
    settle(simulator)
    documents = simulator.store.all_documents()[: -SHOWN - 1 : -1]
    if not documents:
        return _page(request, "MyInvois simulator", "<p>No document has come yet.</p>", is_wide=True)
    head = "<tr><th>Number<th>Type<th>Supplier<th>Buyer<th>Total<th>Status</tr>"
    body = f"""<p>Everything that this server is sent stays on this machine.</p>
<p>Its time is {stamp(simulator.clock.now())}.</p>
<table>{head}{"".join(map(_row, documents))}</table>"""
    return _page(request, "MyInvois simulator", body, is_wide=True)


def _row(document: Document) -> str:
    number = escape(document.number)
    if document.long_id:
        number = f'<a href="/{document.uuid}/share/{document.long_id}">{number}</a>'
    cells = (
        number,
        escape(type_name(document)),
        escape(document.supplier.name),
        escape(document.buyer.name),
        f"MYR {document.totals.payable:,}",
        escape(" ".join((document.status, *codes_of(document.steps)))),
    )
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _page(request: Request, title: str, body: str, status: int = 200, *, is_wide: bool = False) -> Response:
    style = "" if request.parameter("format") == "plain" else f"<style>{_STYLE}</style>"
    page = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>{escape(title)} | {BANNER}</title>
{style}
</head>
<body>
<div class="banner">{BANNER}</div>
<main{' class="wide"' if is_wide else ""}>
<h1>{escape(title)}</h1>
{body}
</main>
</body>
</html>
"""
    response = html_response(page, status)
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"
    return response
