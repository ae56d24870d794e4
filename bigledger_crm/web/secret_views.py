"""Forms that make a secret, such as a key."""

from typing import ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from bigledger_crm.web.components import Text
from bigledger_crm.web.form_views import ServiceFormView


class ShowsSecretView(ServiceFormView):
    """The answer to the form shows the new `secret`, once: neither a session nor a cookie ever has it."""

    secret_title: ClassVar[Text]
    secret_text: ClassVar[Text]
    secret = ""

    def post(self, request: HttpRequest, public_id: str = "") -> HttpResponse:
        """Saves and shows the secret."""
        response = super().post(request, public_id)
        if not self.secret or not isinstance(response, HttpResponseRedirect):
            return response
        answer = self.page(
            "pages/secret.html",
            title=self.secret_title,
            text=self.secret_text,
            secret=self.secret,
            back=response.url,
        )
        answer.headers["Cache-Control"] = "no-store"
        return answer
