"""Pages with forms: they show a service's refusal where it belongs and keep everything that was typed."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import (
    DomainError,
    FieldError,
    InvalidStatusTransition,
    NotFound,
    Path,
    PermissionDenied,
    UnknownName,
)
from bigledger_crm.kernel.text import sentence
from bigledger_crm.web.form_submissions import FormUsedBefore, digest_of, earlier_location, read_form_key, save_once
from bigledger_crm.web.htmx import DIALOG, status_for, wanted_part
from bigledger_crm.web.timeouts import asking_to_try_again, retryable
from bigledger_crm.web.views import CompanyView

_ROWS = (("items",), ("partial_items",))


def place_once(form: forms.Form, error: FieldError) -> None:
    """As `place_error`, but nothing where the field says what is wrong with it already."""
    if _field_at(form, error.path) not in form.errors:
        place_error(form, error)


def place_error(form: forms.Form, error: FieldError) -> None:
    """Puts a message on the field that its path names, or on top of the form when it has no such field.

    `("billing_address", "postal_code")` finds the field `billing_address_postal_code`, and `("billing_address",)` the
    first field of those that begin so.
    """
    name = _field_at(form, error.path)
    form.add_error(name, error.message if name else _with_label(error))


def refusal_text(error: DomainError) -> str:
    """What `error` says to a person: its message, but for steps that a page wouldn't offer any more."""
    if isinstance(error, InvalidStatusTransition):
        return _("This is no longer possible: it has changed since you opened the page.")
    return sentence(error.message)


def show_refusal(form: forms.Form, refusal: DomainError) -> None:
    """Puts the messages of a refusal on the fields that they name, the rest on top."""
    denied = isinstance(refusal, PermissionDenied)
    for error in refusal.errors:
        place_error(form, replace(error, message=_("Your role doesn't allow this change.")) if denied else error)
    if not refusal.errors:
        form.add_error(None, refusal_text(refusal))


def _with_label(error: FieldError) -> str:
    """A message on top of a form, after the field in words; of rows it is enough to say what is wrong."""
    label = ", ".join(name.replace("_", " ") for name in _names(error.path)).capitalize()
    return error.message if error.path[:1] in _ROWS or not label else f"{label}: {error.message}"


def _field_at(form: forms.Form, path: Path) -> str | None:
    name = "_".join(_names(path))
    return name if name in form.fields else next((field for field in form.fields if field.startswith(f"{name}_")), None)


def _names(path: Path) -> list[str]:
    return [part.name if isinstance(part, UnknownName) else part for part in path if not isinstance(part, int)]


class SubmitOnceView(CompanyView):
    """A page whose form saves once, however often its button is clicked: the form carries a key of its own."""

    _is_used = False

    @property
    def form_key(self) -> str:
        """The key that the form was posted with, or a new one."""
        return str(ids.new_id() if self._is_used else self._posted_key or ids.new_id())

    @property
    def _posted_key(self) -> UUID | None:
        return read_form_key(self.request.POST.get("form_key", ""))

    def saved_before(self) -> HttpResponse | None:
        """Where the first click went, if there was one."""
        key = self._posted_key
        location = earlier_location(key, digest_of(self.request)) if key else None
        return None if location is None else self._go_again(location)

    def save_once(self, save: Callable[[], str]) -> HttpResponse:
        """Calls `save` and goes where it says, or where it said the first time.  Raises what `save` raises."""
        if self._posted_key is None:
            with asking_to_try_again():
                return HttpResponseRedirect(save())
        try:
            location, is_new = save_once(self.actor.company, self._posted_key, save, digest_of(self.request))
        except FormUsedBefore:
            self._is_used = True
            raise
        return HttpResponseRedirect(location) if is_new else self._go_again(location)

    def done(self, message: str) -> None:
        """Says what was done, on the next page."""
        messages.success(self.request, message)

    def _go_again(self, location: str) -> HttpResponse:
        """Says what happened, for the first click's message went to an answer that nobody saw."""
        messages.info(self.request, _("This has already been saved."))
        return HttpResponseRedirect(location)


class ServiceFormView(SubmitOnceView):
    """A form: GET shows it, POST gives it to a service and goes on, or shows it again with what is wrong."""

    verb = "write"
    template: ClassVar[str] = "pages/form.html"

    def prepare(self, public_id: str = "") -> None:
        """Finds what the form is about, where it is about something.  May raise NotFound."""

    def make_form(self, data: Any = None) -> Any:
        """The form, filled in with what is there or with what was posted."""
        raise NotImplementedError

    def save(self, form: Any) -> str:
        """Calls the service and returns where to go.  May raise DomainError."""
        raise NotImplementedError

    def also_wrong(self, form: Any) -> Iterable[FieldError]:
        """What the service would refuse of the fields that could be read.

        All that is wrong is told at once, though the service isn't asked before everything can be read.
        """
        return ()

    def get_context(self) -> dict[str, Any]:
        """`title`, `submit`, `back` and what else the template needs."""
        raise NotImplementedError

    def get(self, request: HttpRequest, public_id: str = "") -> HttpResponse:
        """The form."""
        self.prepare(public_id)
        return self.show(self.make_form())

    def post(self, request: HttpRequest, public_id: str = "") -> HttpResponse:
        """Saves and redirects, or shows the form with its errors.  The same form again only redirects.

        With `check` nothing is saved; the answer names what is wrong, for `static/js/forms.js`.
        """
        before = None if "check" in request.POST else self.saved_before()
        if before is not None:
            return before
        self.prepare(public_id)
        form = self.make_form(request.POST)
        if "check" in request.POST:
            self._find_wrong(form)
            return JsonResponse({"errors": {form.add_prefix(name): texts for name, texts in form.errors.items()}})
        if not form.is_valid():
            self._find_wrong(form)
            return self.show(form, status=400)
        try:
            return self.save_once(lambda: self.save(form))
        except NotFound:
            raise
        except DomainError as error:
            denied = isinstance(error, PermissionDenied)
            if denied and not error.errors:
                raise
            self.refuse(form, error)
            return retryable(self.show(form, status=400 if denied else error.status), error)

    def _find_wrong(self, form: Any) -> None:
        """All that is known to be wrong without asking the service."""
        form.full_clean()
        for error in self.also_wrong(form):
            place_once(form, error)

    def refuse(self, form: Any, error: DomainError) -> None:
        """Shows why the service refused."""
        show_refusal(form, error)

    def show(self, form: Any, *, status: int = 200) -> HttpResponse:
        """The page with the form; in the dialog its fields must not share ids with those of the page below."""
        if wanted_part(self.request) == DIALOG:
            form.auto_id = "dialog_%s"
        return self.page(
            self.template,
            status=status_for(self.request, status),
            form=form,
            form_key=self.form_key,
            **self.get_context(),
        )


class ChildFormView(ServiceFormView):
    """A form about a part of an object: `part_id` is the second id of its URL."""

    part_id: str

    def dispatch(self, request: HttpRequest, *args: Any, part_id: str, **kwargs: Any) -> HttpResponseBase:
        """Keeps the id for `prepare`."""
        self.part_id = part_id
        return super().dispatch(request, *args, **kwargs)


class ReasonForm(forms.Form):
    """The reason for an action."""

    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, widget=forms.Textarea(attrs={"rows": 2}))


class ConfirmView(ServiceFormView):
    """Asks before something is done: `text` of `get_context` says what happens.  `asks_why` asks for a reason too."""

    asks_why: ClassVar[bool] = False

    def make_form(self, data: Any = None) -> forms.Form:
        """Nothing to fill in, or the reason."""
        return ReasonForm(data) if self.asks_why else forms.Form(data)


class ActionView(SubmitOnceView):
    """A button that needs no form: POST does it and goes on; a refusal is told on the page it came from."""

    def act(self, public_id: str) -> str:
        """Calls the service and returns where to go.  May raise DomainError."""
        raise NotImplementedError

    def back(self, public_id: str) -> str:
        """Where a refusal is told."""
        raise NotImplementedError

    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Does it, once."""
        before = self.saved_before()
        if before is not None:
            return before
        try:
            return self.save_once(lambda: self.act(public_id))
        except (NotFound, PermissionDenied):
            raise
        except DomainError as error:
            texts = [fault.message for fault in error.errors]
            messages.error(request, "\n".join(texts) or refusal_text(error))
            return HttpResponseRedirect(self.back(public_id))
