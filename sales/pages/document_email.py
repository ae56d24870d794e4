"""Writing the email that a document goes out with, and looking at it before it goes."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.outbox.message import Preview, preview
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.web.email_preview import email_response
from bigledger_crm.web.form_views import ServiceFormView, show_refusal
from bigledger_crm.web.toasts import Undo, toast
from sales.pages.forms import SendForm
from sales.services import EmailOptions


class DocumentSendView(ServiceFormView):
    """Writes the email that a document goes out with.

    With `previewing` it shows the email instead, for the frame beside the form: GET as the product would write it, POST
    of the form's fields as it would go out.  Nothing is sent or stored then.
    """

    template = "sales/send.html"
    previewing = False

    def defaults(self) -> Mapping[str, Any]:
        """`to`, `subject` and `message` as the product would write them."""
        raise NotImplementedError

    def draft(self, message: EmailOptions) -> OutboxEmail:
        """The email that the service would queue.  Raises InvalidData."""
        raise NotImplementedError

    def filename(self) -> str:
        """The name of the PDF."""
        raise NotImplementedError

    def get(self, request: HttpRequest, public_id: str = "") -> HttpResponse:
        """The form, or the email."""
        if not self.previewing:
            return super().get(request, public_id)
        self.prepare(public_id)
        return self.show_usual_email()

    def post(self, request: HttpRequest, public_id: str = "") -> HttpResponse:
        """Sends the email, or shows it."""
        if not self.previewing:
            return super().post(request, public_id)
        self.prepare(public_id)
        return self.show_email(request.POST)

    def make_form(self, data: Any = None) -> SendForm:
        """The email."""
        return SendForm(data, initial=self.initial(data))

    def initial(self, data: Any) -> dict[str, Any]:
        """What the form begins with, until something is posted."""
        return {"attach_pdf": True, **self.defaults()} if data is None else {}

    def message(self, form: SendForm) -> EmailOptions:
        """The email for the service."""
        names = ("to", "cc", "subject", "message", "attach_pdf")
        return EmailOptions(**{name: form.cleaned_data[name] for name in names}, can_be_taken_back=True)

    def sent(self, text: str, email: OutboxEmail) -> None:
        """Tells where the email goes, on the next page, and offers to take it back while it waits."""
        text %= {"receivers": ", ".join([*email.to, *email.cc])}
        toast(self.request, text, undo=Undo(reverse("pages:email-withdraw", args=[email.public_id]), _("Undo")))

    def show_usual_email(self) -> HttpResponse:
        """The email as the product would write it, or what stands against it."""
        try:
            return email_response(self.request, SendForm(), preview(self.draft(EmailOptions()), self.filename()))
        except InvalidData as error:
            form = SendForm({})
            show_refusal(form, error)
            return email_response(self.request, form, None)

    def show_email(self, data: Any) -> HttpResponse:
        """The very email, made by the code that sends it, or what stands against it."""
        form = self.make_form(data)
        email = self._email(form) if form.is_valid() else None
        return email_response(self.request, form, email)

    def _email(self, form: SendForm) -> Preview | None:
        try:
            filename = self.filename() if form.cleaned_data["attach_pdf"] else ""
            return preview(self.draft(self.message(form)), filename)
        except InvalidData as error:
            show_refusal(form, error)
            return None
