"""What staff type about providers and what they offer. Secrets go in and never come out."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from portal.checkout import serving
from portal.checkout.orders import spare_units
from portal.desk import counted
from portal.fields import keep_visible, name_countries
from portal.money import is_exact, minor_unit, shown
from portal.payments import accounts, changes
from portal.payments.models import Account, Environment
from portal.people.models import User
from portal.providers.models import Listing, Pause, Provider
from portal.providers.onboarding import enrol
from portal.providers.stock import change_listing, offer
from portal.registry.handovers import OWN_ACCOUNTS
from portal.selling.passwords import code_field, password_field, prove

if TYPE_CHECKING:
    _ProviderForm = forms.ModelForm[Provider]
    _ListingForm = forms.ModelForm[Listing]
else:
    _ProviderForm = _ListingForm = forms.ModelForm

SECRETS = ("merchant_id", "public_key", "private_key", "merchant_accounts")
GUARDED = {"gateway_environment", "registry_account", "member_emails"}  # as the secrets are: see passwords.py
FAR = 2  # times as much, or as little: a price so far from the one before is asked about
SHOWN_OF_KEY = 4
ABOUT_LANGUAGES = ("en", "fr", "es")


def _secret(label: Any, help_text: Any = "", widget: Any = None) -> forms.CharField:
    attributes = {"autocomplete": "new-password", "spellcheck": "false"}
    return forms.CharField(
        label=label, help_text=help_text, required=False, widget=widget or forms.TextInput(attrs=attributes)
    )


def _about(label: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, widget=forms.Textarea(attrs={"rows": 3}))


class ProviderForm(_ProviderForm):
    """A provider with its words in each language, its people by e-mail address, and its account at the gateway.

    Once it is saved, `has_to_wait` says whether where its money goes is yet to change.
    """

    has_to_wait = False

    member_emails = forms.CharField(
        label=gettext_lazy("People who see its listings"),
        help_text=gettext_lazy("E-mail addresses of existing accounts, one per line."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    about_en = _about(gettext_lazy("In English"))
    about_fr = _about(gettext_lazy("In French"))
    about_es = _about(gettext_lazy("In Spanish"))
    gateway_environment = forms.ChoiceField(label=gettext_lazy("Payment environment"), choices=Environment.choices)
    merchant_id = _secret(gettext_lazy("Merchant id"))
    public_key = _secret(gettext_lazy("Public key"))
    private_key = _secret(
        gettext_lazy("Private key"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    merchant_accounts = _secret(
        gettext_lazy("Merchant accounts"),
        gettext_lazy("One currency and merchant account id per line, such as “EUR hydro_eur”."),
        forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
    )

    own_password = password_field(required=False)
    own_code = code_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in ABOUT_LANGUAGES:
            self.fields[about_field(code)].initial = self.instance.about.get(code, "")
        name_countries(self, "country")
        keep_visible(self, "name", *map(about_field, ABOUT_LANGUAGES))
        account = accounts.account_of(self.instance) if self.instance.pk else Account()
        self.fields["gateway_environment"].initial = account.environment
        self.fields["public_key"].help_text = key_hint(account)
        if self.instance.pk:
            self.fields["member_emails"].initial = "\n".join(
                self.instance.members.order_by("email").values_list("email", flat=True)
            )

    def clean_registry_account(self) -> str:
        account = str(self.cleaned_data["registry_account"]).strip()
        if account.upper() in OWN_ACCOUNTS:
            raise forms.ValidationError(_("This account is the registry's own. No provider can have it."))
        return account

    def clean_member_emails(self) -> list[User]:
        emails = {each.strip().lower() for each in self.cleaned_data["member_emails"].splitlines() if each.strip()}
        known = {user.email: user for user in User.objects.filter(email__in=emails)}
        if unknown := sorted(emails - known.keys()):
            raise forms.ValidationError(_("There is no account for: %(emails)s") % {"emails": ", ".join(unknown)})
        return list(known.values())

    def clean_merchant_accounts(self) -> dict[str, str]:
        accounts: dict[str, str] = {}
        for line in filter(None, map(str.strip, self.cleaned_data["merchant_accounts"].splitlines())):
            currency, _space, account = line.partition(" ")
            currency = currency.rstrip(":").upper()
            if not _is_currency(currency) or not account.strip():
                raise forms.ValidationError(_("“%(line)s” is no currency and account.") % {"line": line})
            if currency in accounts:
                raise forms.ValidationError(_("%(currency)s is there twice.") % {"currency": currency})
            accounts[currency] = account.strip()
        return accounts

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        filled = [name for name in SECRETS if given.get(name)]
        if self.errors:
            return given
        if filled and len(filled) < len(SECRETS):
            for name in SECRETS:
                if name not in filled:
                    self.add_error(name, _("Fill in all four to replace the credentials, or none to keep them."))
        elif filled:
            self._check_credentials(given)
        if self.instance.pk and not self.errors:
            self._check_open_listings(given, is_paid_anew=bool(filled))
        is_other = filled or "gateway_environment" in self.changed_data
        account = accounts.account_of(self.instance) if is_other and self.instance.pk else None
        if account and changes.pending(account):
            self.add_error("gateway_environment", str(changes.WAITS))
        is_guarded = filled or (self.instance.pk and not GUARDED.isdisjoint(self.changed_data))
        if is_guarded and not self.errors:
            prove(self, person=self.for_user)
        return given

    def _check_credentials(self, given: dict[str, Any]) -> None:
        try:
            accounts.check_keys(environment=given["gateway_environment"], keys={name: given[name] for name in SECRETS})
        except ValueError as error:
            self.add_error("merchant_id", str(error))

    def _check_open_listings(self, given: dict[str, Any], *, is_paid_anew: bool) -> None:
        """What is on offer must be served by the new account as it was by the old one."""
        if is_paid_anew:
            missing = serving.currencies_missing(provider=self.instance, currencies=given["merchant_accounts"])
            if missing:
                text = _("Listings in %(currencies)s are open or have unpaid orders: name an account for each.")
                self.add_error("merchant_accounts", text % {"currencies": ", ".join(missing)})
        if "registry_account" not in self.changed_data:
            return
        account = given["registry_account"]
        for block in {each.issuance_block for each in serving.in_use(self.instance)}:
            answer = serving.is_held(block=block, provider=self.instance, account=account)
            if answer is None:
                text = _("The registry gave no answer. Please try again in a minute.")
            elif not answer:
                text = _("The registry account %(account)s does not hold what is on offer of %(block)s.")
            if not answer:
                self.add_error("registry_account", text % {"account": account, "block": block})

    def save(self, commit: bool = True) -> Provider:
        """Save the provider. Filled-in credentials are sealed at once; empty ones leave the old seal as it is."""
        given = self.cleaned_data
        words = {code: given[about_field(code)] for code in ABOUT_LANGUAGES}
        self.instance.about = {code: text for code, text in words.items() if text}
        provider: Provider = super().save(commit=False)
        if commit:
            enrol(provider, members=given["member_emails"])
            keys = {name: given[name] for name in SECRETS} if given["private_key"] else None
            before = changes.pending(accounts.account_of(provider))
            account = accounts.set_account(provider=provider, environment=given["gateway_environment"], keys=keys)
            self.has_to_wait = before is None and changes.pending(account) is not None
            serving.check_all(provider_id=provider.pk)
        return provider


def about_field(language: str) -> str:
    """Name the form's field for a provider's words in a language."""
    return f"about_{language}"


def key_hint(account: Account) -> str:
    """Say which key is sealed without giving it away: the last four characters of the public key."""
    if not account.sealed_credentials:
        return _("Nothing is sealed yet: this provider cannot be paid.")
    try:
        key = str(accounts.sealed_keys(account)["public_key"])
    except ImproperlyConfigured:
        return _("What is sealed cannot be opened with this installation's keys. Fill in all four fields again.")
    return _("Sealed: a public key that ends in %(ending)s. Fill in all four fields to replace it.") % {
        "ending": key[-SHOWN_OF_KEY:]
    }


def _is_currency(code: str) -> bool:
    try:
        minor_unit(code)
    except ValueError:
        return False
    return True


class ListingForm(_ListingForm):
    """An offer of units at a price. What orders rest on, provider and issuance block, is fixed once it exists."""

    price_is_meant = forms.BooleanField(label=gettext_lazy("The price is meant as it stands"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._question = self.fields.pop("price_is_meant")  # until there is reason to ask
        if self.instance.pk:
            if self.instance.is_open and self.instance.paused_for:
                self.fields["is_open"].help_text = _("Paused: %(reason)s It goes on by itself when that is mended.") % {
                    "reason": self.instance.get_paused_for_display()
                }
            self.initial["unit_price"] = self.instance.unit_price.quantize(minor_unit(self.instance.currency))
            for name in ("provider", "issuance_block", "currency"):
                self.fields[name].disabled = True
                self.fields[name].help_text = _("Fixed, since orders rest on it. Close this listing and make another.")
            self.fields["units_total"].help_text = ngettext(
                "%(left)s unit is left now.", "%(left)s units are left now.", self.instance.units_left
            ) % {"left": counted(self.instance.units_left)}

    def clean_currency(self) -> str:
        currency = str(self.cleaned_data["currency"]).strip().upper()
        if not _is_currency(currency):
            raise forms.ValidationError(
                _("%(code)s is no currency. Use its three letters, such as EUR.") % {"code": currency}
            )
        return currency

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        price, currency = given.get("unit_price"), given.get("currency")
        if price is not None and price <= 0:
            self.add_error("unit_price", _("The price must be more than nothing."))
        elif price is not None and currency and not is_exact(price, currency):
            self.add_error(
                "unit_price",
                _("%(currency)s has no smaller amount than %(least)s; a price must be a whole number of these.")
                % {"currency": currency, "least": minor_unit(currency)},
            )
        if not self.errors:
            self._ask_back(given)
        if not self.errors:
            self._check_account(given)
        if not self.errors:
            self._check_units(given)
        return given

    def _ask_back(self, given: dict[str, Any]) -> None:
        """Ask once whether a price far from the one before is meant. The answer is for this price, and for no other."""
        price, currency = given["unit_price"], given["currency"]
        before = self._price_before(given)
        if before is None or before / FAR <= price <= before * FAR:
            return
        self._question.widget.attrs["value"] = str(price)
        self.fields["price_is_meant"] = self._question
        if self.data.get("price_is_meant") == str(price):
            return
        self.data = {**dict(self.data.items()), "price_is_meant": ""}
        text = _("%(new)s per unit, where %(old)s was asked before. Correct it, or tick the box below.")
        language = get_language() or "en"
        params = {"new": shown(price, currency, language), "old": shown(before, currency, language)}
        self.add_error("unit_price", text % params)

    def _price_before(self, given: dict[str, Any]) -> Decimal | None:
        """Return what a unit cost before: of this listing, else of the youngest of the same activity and currency."""
        if self.instance.pk:
            before: Decimal = self.initial["unit_price"]
            return before
        activity, currency = given["issuance_block"].activity_id, given["currency"]
        others = Listing.objects.filter(issuance_block__activity=activity, currency=currency).order_by("-id")
        return others.values_list("unit_price", flat=True).first()

    def _check_account(self, given: dict[str, Any]) -> None:
        """A price in a currency that the provider cannot be paid in would only fail when somebody wants to pay it."""
        currencies = accounts.currencies_of(given["provider"])
        if currencies is None:
            self.add_error("provider", _("This provider cannot be paid: it has no credentials that can be opened."))
        elif not currencies:
            self.add_error("provider", Pause.NO_RAIL.label)
        elif given["currency"] not in currencies:
            self.add_error(
                "currency",
                _("The provider has open payment accounts in %(currencies)s only.")
                % {"currencies": ", ".join(sorted(currencies))},
            )

    def _check_units(self, given: dict[str, Any]) -> None:
        total = given["units_total"]
        if total < 1:
            self.add_error("units_total", _("Offer one unit at least."))
            return
        ordered = self.instance.units_total - self.instance.units_left if self.instance.pk else 0
        if total < ordered:
            self.add_error("units_total", self.too_few(ordered))
            return
        if self.instance.pk and total <= self.instance.units_total:
            return
        account = given["provider"].registry_account
        block = given["issuance_block"]
        spare = spare_units(block=block, account=account, without=self.instance if self.instance.pk else None)
        if spare is None:
            self.add_error("units_total", _("The registry gave no answer. Please try again in a minute."))
        elif total - ordered > spare:
            self.add_error(
                "units_total",
                _("The registry account %(account)s has %(spare)s units of this block that are not offered already.")
                % {"account": account, "spare": counted(max(spare, 0))},
            )

    @staticmethod
    def too_few(ordered: int | None = None) -> str:
        """Say why fewer units cannot be offered."""
        if ordered is None:
            return _("More units were ordered meanwhile. Reload this page, and offer at least those.")
        return ngettext(
            "%(ordered)s unit of this listing is ordered already: offer at least that.",
            "%(ordered)s units of this listing are ordered already: offer at least those.",
            ordered,
        ) % {"ordered": counted(ordered)}

    def save(self, commit: bool = True) -> Listing:
        """Save a new listing with all its units left; change an existing one without touching what purchasers took."""
        if self.instance._state.adding:
            if commit:
                offer(self.instance)
            return self.instance
        given = self.cleaned_data
        change_listing(
            listing_id=self.instance.pk,
            unit_price=given["unit_price"],
            units_total=given["units_total"],
            is_open=given["is_open"],
        )
        self.instance.refresh_from_db()
        serving.check(self.instance)
        return self.instance
