"""Notes and files of quotes and orders."""

from collections.abc import Callable
from uuid import UUID

from bigledger_crm.documents.models import Attachment
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web.notes_and_files import Annotatable
from sales.models import SaleDocument
from sales.queries import order_by_public_id, quote_by_public_id
from sales.services import attach_file, detach_file


def annotatable_document(
    resource: str, event: str, page: str, find: Callable[[str], SaleDocument], *, kind: str
) -> Annotatable:
    """A kind of document; its notes stand on the customer's timeline too.  `kind` is that of its attachments."""

    def keys(document: SaleDocument) -> list[UUID]:
        return [document.pk, document.customer_id]

    def attach(actor: Actor, document: SaleDocument, filename: str, content: bytes) -> Attachment:
        return attach_file(actor, document, kind, filename=filename, content=content)

    def detach(actor: Actor, document: SaleDocument, public_id: str) -> None:
        detach_file(actor, document, kind, public_id)

    return Annotatable(resource, event, page, find, keys, attach, detach)


QUOTE = annotatable_document("quotes", "quote", "sales:quote", quote_by_public_id, kind="quote")
ORDER = annotatable_document("sales-orders", "sales_order", "sales:order", order_by_public_id, kind="order")
