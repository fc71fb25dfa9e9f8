"""A provider's PayPal account on the desk: its REST app, typed in once, sealed, and never shown again."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.log_actions import log

from portal.checkout import serving
from portal.desk import CHANGED
from portal.payments import accounts, changes
from portal.payments.models import Account, Environment, Rail
from portal.people import second_factor
from portal.people.models import User
from portal.providers.models import Provider
from portal.selling import letters
from portal.selling.accounts import CHANGES
from portal.selling.changes import say_it_waits
from portal.selling.passwords import code_field, password_field, prove

NAMES = ("client_id", "client_secret", "merchant_id")  # replaced together, or not at all
NOTED = "paypal_account"  # how the history of a provider calls a change of it
HIDDEN = {"autocomplete": "new-password", "spellcheck": "false"}


def _secret(label: Any, *, widget: type[forms.widgets.Input] = forms.TextInput, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, required=False, help_text=help_text, widget=widget(attrs=HIDDEN))


class PayPalForm(forms.Form):
    """What of an account at PayPal is needed to be paid into it. What is left empty stays as it is.

    Once it is saved, `has_to_wait` says whether where the money goes is yet to change.
    """

    has_to_wait = False

    environment = forms.ChoiceField(label=gettext_lazy("Payment environment"), choices=Environment.choices)
    currencies = forms.CharField(
        label=gettext_lazy("Currencies"),
        help_text=gettext_lazy("Those in which the account has a balance, such as “EUR USD”."),
    )
    client_id = _secret(gettext_lazy("Client id"))
    client_secret = _secret(gettext_lazy("Secret"), widget=forms.PasswordInput)
    merchant_id = _secret(
        gettext_lazy("Merchant id"), help_text=gettext_lazy("The account's own number, in its business settings.")
    )
    webhook_id = _secret(
        gettext_lazy("Webhook id"),
        help_text=gettext_lazy("PayPal gives it to the address for webhooks that the provider's page shows."),
    )
    own_password = password_field()
    own_code = code_field()

    def __init__(self, *args: Any, account: Account, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        self.person = person
        self._sealed = _sealed(account)
        self.fields["environment"].initial = account.environment
        self.fields["currencies"].initial = " ".join(account.currencies)
        if self._sealed:
            text = _(
                "Sealed: a client id that ends in %(ending)s. Fill in client id, secret and merchant id to replace it."
            )
            self.fields["client_id"].help_text = text % {"ending": self._sealed["client_id"][-4:]}

    def clean_currencies(self) -> list[str]:
        return sorted(set(self.cleaned_data["currencies"].upper().replace(",", " ").split()))

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return given
        filled = [name for name in NAMES if given[name]]
        if len(filled) < len(NAMES) and (filled or not self._sealed):
            for name in NAMES:
                if name not in filled:
                    self.add_error(name, _("Fill in all three: client id, secret and merchant id."))
            return given
        given["keys"] = self._keys(given)
        try:
            accounts.check_paypal_keys(
                environment=given["environment"], keys=given["keys"], currencies=given["currencies"]
            )
        except ValueError as error:
            self.add_error("currencies" if "cannot be paid" in str(error) else "client_id", str(error))
        if not self.errors:
            prove(self, person=self.person)
        return given

    def _keys(self, given: dict[str, Any]) -> dict[str, str]:
        names = (*NAMES, "webhook_id")
        typed = {name: given[name].strip() for name in names if given[name].strip()}
        return {"webhook_id": "", **self._sealed, **typed}

    def save(self) -> bool:
        """Seal what was typed, or let it wait. False where another account is open in one of the currencies, or another
        change waits, which is said then."""
        given = self.cleaned_data
        before = changes.pending(self.account)
        self.account.environment = given["environment"]
        try:
            accounts.keep(self.account, keys=given["keys"], currencies=given["currencies"])
        except accounts.AlreadyOpen as error:
            text = _("Another account for this way of payment is open in %(currencies)s. Pause it first.")
            self.add_error("currencies", text % {"currencies": error})
            return False
        except changes.AlreadyChanging:
            self.add_error("client_id", str(changes.WAITS))
            return False
        self.has_to_wait = before is None and changes.pending(self.account) is not None
        return True


def _sealed(account: Account) -> dict[str, Any]:
    """What is sealed; nothing where it cannot be opened, so that all of it is typed anew."""
    try:
        return accounts.sealed_keys(account) if account.sealed_credentials else {}
    except ImproperlyConfigured:
        return {}


class PayPalAccount(WagtailAdminTemplateMixin, FormView):
    """The page with this form. The account is opened on the provider's own page, where all its accounts stand."""

    form_class = PayPalForm
    template_name = "desk/paypal.html"
    page_title = "PayPal"
    header_icon = "group"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(CHANGES):
            raise PermissionDenied
        if not second_factor.is_set_up(cast("User", request.user)):
            return second_factor.lead_to(request, back_to=request.path)
        self.provider = get_object_or_404(Provider, pk=kwargs["pk"])
        known = [each for each in accounts.accounts_of(self.provider) if each.rail == Rail.PAYPAL]
        self.account = known[0] if known else Account(provider=self.provider, rail=Rail.PAYPAL)
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return self.provider.name

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        way = (reverse("provider:index"), _("Providers")), (self._address(), self.provider.name), ("", "PayPal")
        return [*self.breadcrumbs_items, *({"url": url, "label": label} for url, label in way)]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"account": self.account, "person": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "action_url": self.request.path,
            "submit_button_label": _("Save"),
            "submit_button_active_label": _("Saving…"),
        }

    def form_valid(self, form: PayPalForm) -> HttpResponse:
        if not form.save():
            return self.form_invalid(form)
        log(self.provider, CHANGED, user=self.request.user, data={"changes": {NOTED: None}})
        serving.check_all(provider_id=self.provider.pk)
        if form.has_to_wait:
            say_it_waits(self.request)
        else:
            known = list(self.provider.members.values_list("email", flat=True))
            letters.tell(self.request, self.provider, known=known, what=[NOTED])
        return super().form_valid(form)

    def get_success_url(self) -> str:
        return self._address()

    def _address(self) -> str:
        return reverse("provider:inspect", args=[self.provider.pk])
