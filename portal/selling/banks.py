"""A provider's bank accounts on the desk: where purchasers transfer money to, exactly as its bank has them."""

from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from stdnum import iban as ibans
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.log_actions import log

from portal.checkout import serving
from portal.desk import CHANGED
from portal.fields import keep_visible
from portal.money import minor_unit
from portal.payments import accounts, changes
from portal.payments.transfers import banks
from portal.payments.transfers.models import BankAccount
from portal.people import second_factor
from portal.people.models import User
from portal.providers.models import Provider
from portal.selling import letters
from portal.selling.accounts import CHANGES
from portal.selling.changes import say_it_waits
from portal.selling.passwords import code_field, password_field, prove

NOTED = "bank_account"  # how the history of a provider calls a change of one
DETAILS = ("holder", "iban", "number", "bic", "bank_name", "bank_address", "intermediary")
CHOICES = ("days", "is_automatic", "second_person_from")
PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class BankForm(forms.Form):
    """What purchasers are told of an account at a bank, and what is done with the money that comes."""

    holder = forms.CharField(
        label=gettext_lazy("Account holder"),
        help_text=gettext_lazy("Exactly as the bank has it: banks compare names, and warn of others."),
        max_length=70,
    )
    iban = forms.CharField(label="IBAN", required=False, max_length=60, widget=forms.TextInput(attrs=PLAIN))
    number = forms.CharField(
        label=gettext_lazy("Account number"),
        help_text=gettext_lazy("Where the country has no IBANs, or where the bank's files name the account by it."),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs=PLAIN),
    )
    bic = forms.CharField(label="BIC", required=False, max_length=20, widget=forms.TextInput(attrs=PLAIN))
    bank_name = forms.CharField(label=gettext_lazy("Bank"), max_length=140)
    bank_address = forms.CharField(label=gettext_lazy("Address of the bank"), required=False, max_length=300)
    intermediary = forms.CharField(
        label=gettext_lazy("Intermediary bank"),
        help_text=gettext_lazy("Its name and BIC, where transfers need one."),
        required=False,
        max_length=300,
    )
    currencies = forms.CharField(
        label=gettext_lazy("Currencies"), help_text=gettext_lazy("Those that the account is kept in, such as “EUR”.")
    )
    days = forms.IntegerField(
        label=gettext_lazy("Days to pay"),
        help_text=gettext_lazy("So long units are set aside for a purchaser who was asked for a transfer."),
        min_value=1,
        max_value=60,
        initial=BankAccount._meta.get_field("days").default,
    )
    is_automatic = forms.BooleanField(
        label=gettext_lazy("Exact matches pay orders by themselves"),
        help_text=gettext_lazy("Else one of the provider's people clicks for each. Cancelling is final."),
        required=False,
        initial=True,
    )
    second_person_from = forms.DecimalField(
        label=gettext_lazy("A second person confirms from"),
        help_text=gettext_lazy(
            "An amount in the account's currency. What somebody confirms by hand counts from there on only when a"
            " second person does so too. Leave it empty, and one person is enough."
        ),
        required=False,
        min_value=0,
        max_digits=20,
        decimal_places=3,
    )
    own_password = password_field()
    own_code = code_field()

    def __init__(self, *args: Any, bank: BankAccount, person: User, **kwargs: Any) -> None:
        self.bank, self.person = bank, person
        known = {name: getattr(bank, name) for name in (*DETAILS, *CHOICES)} if bank.pk else {}
        known |= {"iban": ibans.format(bank.iban), "currencies": " ".join(bank.account.currencies)}
        super().__init__(*args, **kwargs | {"initial": known})
        keep_visible(self, *DETAILS)

    def clean_currencies(self) -> list[str]:
        named = sorted(set(self.cleaned_data["currencies"].upper().replace(",", " ").split()))
        for code in named:
            try:
                minor_unit(code)
            except ValueError:
                text = _("%(code)s is no currency. Use its three letters, such as EUR.")
                raise forms.ValidationError(text % {"code": code}) from None
        return named

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return given
        wished = BankAccount(account=self.bank.account, **{name: given[name] for name in (*DETAILS, *CHOICES)})
        try:
            banks.check(wished)
        except ValidationError as error:
            self.add_error(None, error)
            return given
        self.wished = wished
        prove(self, person=self.person)
        return given

    def save(self) -> bool:
        """Keep what was typed, or let it wait. False where another account is open in one of the currencies, or another
        change waits, which is said then."""
        before = changes.pending(self.bank.account) if self.bank.pk else None
        for name in (*DETAILS, *CHOICES):
            setattr(self.bank, name, getattr(self.wished, name))
        try:
            banks.keep(self.bank, currencies=self.cleaned_data["currencies"], opens=False)
        except accounts.AlreadyOpen as error:
            text = _("Another account for this way of payment is open in %(currencies)s. Pause it first.")
            self.add_error("currencies", text % {"currencies": error})
            return False
        except ValidationError as error:
            self.add_error(None, error)
            return False
        self.has_to_wait = before is None and changes.pending(self.bank.account) is not None
        return True


class BankAccountPage(WagtailAdminTemplateMixin, FormView):
    """The page with this form. The account is opened on the provider's own page, where all its accounts stand."""

    form_class = BankForm
    template_name = "desk/bank.html"
    page_title = gettext_lazy("Bank account")
    header_icon = "group"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(CHANGES):
            raise PermissionDenied
        if not second_factor.is_set_up(cast("User", request.user)):
            return second_factor.lead_to(request, back_to=request.path)
        self.provider = get_object_or_404(Provider, pk=kwargs["pk"])
        self.bank = banks.new(self.provider.pk)
        if "bank" in kwargs:
            of = BankAccount.objects.select_related("account").filter(account__provider=self.provider)
            self.bank = get_object_or_404(of, pk=kwargs["bank"])
        self.before = _said(self.bank) if self.bank.pk else ""
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return self.provider.name

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        way = (
            (reverse("provider:index"), _("Providers")),
            (self._address(), self.provider.name),
            ("", _("Bank account")),
        )
        return [*self.breadcrumbs_items, *({"url": url, "label": label} for url, label in way)]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"bank": self.bank, "person": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "action_url": self.request.path,
            "submit_button_label": _("Save"),
            "submit_button_active_label": _("Saving…"),
        }

    def form_valid(self, form: BankForm) -> HttpResponse:
        if not form.save():
            return self.form_invalid(form)
        noted = {NOTED: [self.before, _said(form.wished)]}
        log(self.provider, CHANGED, user=self.request.user, data={"changes": noted})
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


def _said(bank: BankAccount) -> str:
    """Say of an account what its history should know: where money goes, and when it counts."""
    facts = [bank.holder, ibans.format(bank.iban), bank.number, bank.bic, ", ".join(bank.account.currencies)]
    if bank.second_person_from is not None:
        facts.append(_("a second person from %(amount)s") % {"amount": f"{bank.second_person_from.normalize():f}"})
    return ", ".join(filter(None, facts))
