"""The addresses of files attached to an invoice."""

from invoicing.api.views import InvoiceView
from invoicing.models import Invoice
from sales.api.attachment_views import AttachmentsView, AttachmentView


class InvoiceAttachments(AttachmentsView[Invoice], InvoiceView):
    """The files of an invoice."""

    kind = "invoice"


class InvoiceAttachment(AttachmentView[Invoice], InvoiceView):
    """A file of an invoice."""

    kind = "invoice"
