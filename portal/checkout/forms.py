"""What purchasers type. Every mistake gets a sentence beside its field, in the language of the page."""

import re
import unicodedata
import uuid
from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.html import format_html
from django.utils.translation import get_language, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.checkout.consent import Details, PublicUnits, PublicView, public_footprint, published
from portal.checkout.models import PurchaserType
from portal.checkout.quantities import without_account
from portal.checkout.rules import TooManyHolds, Unproven
from portal.contacts import ways_to_reach
from portal.dates import span_in_words
from portal.fields import CountryField, CountsCharacters, WordsField, mixed_words
from portal.figures import grouped
from portal.measured import Measured
from portal.providers.offers import Offer
from portal.registry.statement import LONGEST_PERIOD
from portal.registry.vocabulary import Beneficiary, Purpose

_NOTHING_YET = {**{field.name: "" for field in fields(Details)}, "is_public": True}
_TOO_LONG = _("Please shorten this to %(limit_value)s characters; it has %(show_value)s.")

# What is asked about before it becomes public: what finds it, and the question
_DOUBTS: tuple[tuple[Callable[[str], list[str]], Any], ...] = (
    (
        mixed_words,
        _(
            "“%(word)s” mixes letters of several alphabets that look alike. Type it again, or tick the box "
            "“It is written exactly as I mean it” below."
        ),
    ),
    (
        ways_to_reach,
        _(
            "“%(word)s” looks like an e-mail address, a telephone number or a web address, and everybody could read it "
            "for ever. Leave it out, or tick the box “It is written exactly as I mean it” below."
        ),
    ),
)


def _name(label: Any, *, autocomplete: str, required: Any, help_text: Any) -> WordsField:
    return WordsField(
        label=label,
        max_length=256,
        widget=forms.TextInput(attrs={"autocomplete": autocomplete, "dir": "auto"}),
        error_messages={"required": required, "max_length": _TOO_LONG},
        help_text=help_text,
    )


class NameOfForm(forms.UUIDField):
    """Names a form so that it counts once. A name that was lost on the way is given anew, see `agrees_to`."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    def clean(self, value: Any) -> uuid.UUID:
        try:
            return super().clean(value) or uuid.uuid4()
        except forms.ValidationError:
            return uuid.uuid4()


class DetailsForm(CountsCharacters, forms.Form):
    """Who buys, on whose behalf and why, and consent to exactly what becomes public."""

    purchaser_name = _name(
        _("Your name, or your organisation's"),
        autocomplete="name",
        required=_("Enter the name of the person or organisation that pays."),
        help_text=_("Not published. The provider sees it."),
    )
    purchaser_email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Not published. The certificate is sent there."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Enter the address that the certificate is sent to."),
            "invalid": _("Enter a complete e-mail address, such as name@example.org."),
            "max_length": _TOO_LONG,
        },
    )
    purchaser_type = forms.ChoiceField(
        label=_("You buy as"),
        choices=PurchaserType.choices,
        widget=forms.RadioSelect,
        initial=PurchaserType.INDIVIDUAL,
        error_messages={"required": _("Say whether you buy as an individual or for an organisation.")},
    )
    purchaser_country = CountryField(label=_("Your country"), required=False)
    beneficiary_same = forms.BooleanField(
        label=_("I cancel these units on my own behalf"), required=False, initial=True
    )
    beneficiary_name = _name(
        _("Beneficiary"),
        autocomplete="off",
        required=_("Enter on whose behalf the units are cancelled."),
        help_text=_("On whose behalf the units are cancelled. This name stands on the certificate."),
    )
    beneficiary_type = forms.ChoiceField(
        label=_("The beneficiary is"),
        choices=Beneficiary.choices,
        widget=forms.RadioSelect,
        initial=Beneficiary.PERSON,
        error_messages={"required": _("Say what the beneficiary is.")},
    )
    beneficiary_country = CountryField(label=_("Beneficiary's country"), required=False)
    purpose = forms.ChoiceField(
        label=_("Why are these units cancelled?"),
        choices=Purpose.choices,
        widget=forms.RadioSelect,
        initial=Purpose.CONTRIBUTE,
        error_messages={"required": _("Choose why the units are cancelled.")},
    )
    purpose_text = WordsField(
        label=_("Your own words"),
        required=False,
        has_lines=True,
        max_length=875,
        help_text=_("At most 875 characters."),
        widget=forms.Textarea(attrs={"rows": 4, "data-count": 875, "dir": "auto"}),
        error_messages={"max_length": _TOO_LONG},
    )
    consumption_period = WordsField(
        label=_("For which period?"),
        required=False,
        max_length=LONGEST_PERIOD,
        help_text=_(
            "When the emissions arose, for example 2026 or 1 to 3 May 2026. It becomes public with the purpose."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        error_messages={"max_length": _TOO_LONG},
    )
    keeps_measured = forms.BooleanField(label=_("Keep my calculation with this order"), required=False, initial=True)
    is_public = forms.TypedChoiceField(
        label=_("What may everybody see?"),
        choices=[
            ("yes", _("Beneficiary, country and purpose are public")),
            ("no", _("Anonymous: only the units are public")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        initial="yes",
        error_messages={"required": _("Choose what may become public.")},
    )
    as_written = forms.BooleanField(label=_("It is written exactly as I mean it"), required=False)
    consent = forms.BooleanField(
        label=_("I have read what becomes public, and agree that it stays public for ever. Cancelling units is final."),
        error_messages={"required": _("Tick the box if you agree to what becomes public.")},
    )
    submission = NameOfForm()
    preview_digest = forms.CharField(widget=forms.HiddenInput, required=False)
    quantity = forms.CharField(widget=forms.HiddenInput, required=False)  # checked by QuantityForm
    shown_total = forms.CharField(widget=forms.HiddenInput, required=False)  # see `agrees_to`

    def __init__(self, *args: Any, measured: Measured | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked_about = ""
        self.fewer = 0  # units that could be had instead
        self._brought = measured
        if measured is None:
            del self.fields["keeps_measured"]
            return
        help_text = format_html(
            "<bdi>{}</bdi>. {}", public_footprint(measured), _("The certificate states it too, unless it is anonymous.")
        )
        if measured.name:
            unpublished = _("The name {name} stays with the order and is not published; the provider sees it.")
            named = format_html(str(unpublished), name=format_html("<bdi>{}</bdi>", measured.name))
            help_text = format_html("{} {}", help_text, named)
        self.fields["keeps_measured"].help_text = help_text
        self.fields["consumption_period"].initial = span_in_words(measured.period, get_language() or "en")
        if measured.purpose in Purpose.values:
            self.fields["purpose"].initial = measured.purpose

    def clean(self) -> dict[str, Any]:
        super().clean()
        given = self.cleaned_data
        if given.get("beneficiary_same"):
            self.forgive("beneficiary_name", "beneficiary_type", "beneficiary_country")
            given["beneficiary_name"] = given.get("purchaser_name", "")
            given["beneficiary_country"] = given.get("purchaser_country", "")
            is_person = given.get("purchaser_type") == PurchaserType.INDIVIDUAL
            given["beneficiary_type"] = Beneficiary.PERSON if is_person else Beneficiary.ORGANISATION
        self._check_public_name()
        if given.get("purpose") != Purpose.OWN:
            self.forgive("purpose_text")
            given["purpose_text"] = ""
        elif not given.get("purpose_text") and "purpose_text" not in self.errors:
            self.add_error("purpose_text", _("Write why the units are cancelled, or choose one of the purposes above."))
        self._ask_back(["beneficiary_name", "purpose_text", "consumption_period"] if given.get("is_public") else [])
        return given

    def _ask_back(self, names: list[str]) -> None:
        """Ask once whether what becomes public is meant: words of mixed alphabets, and what somebody is reached by.

        The answer is for these words, and for no others.
        """
        asked = [
            (name, words, question)
            for name in names
            for find, question in _DOUBTS
            if self._typed_at(name) not in self.errors and (words := find(self.cleaned_data.get(name, "")))
        ]
        self.asked_about = " ".join(word for _name, words, _question in asked for word in words)
        self.fields["as_written"].widget.attrs["value"] = self.asked_about
        if self.data.get("as_written") == self.asked_about:
            return
        if "as_written" in self.data:  # ticked for other words
            self.data = {**dict(self.data.items()), "as_written": ""}
        for name, words, question in asked:
            kept = self.cleaned_data[name]
            self.add_error(self._typed_at(name), forms.ValidationError(question, params={"word": words[0]}))
            self.cleaned_data[name] = kept  # so that it is shown, and consent to it holds, while it is asked about

    def _typed_at(self, name: str) -> str:
        is_same = name == "beneficiary_name" and self.cleaned_data.get("beneficiary_same")
        return "purchaser_name" if is_same else name

    def clean_purchaser_email(self) -> str:
        """Write addresses in small letters, as accounts have them, so that a guest's orders are found again."""
        return str(self.cleaned_data["purchaser_email"]).lower()

    @property
    def measured(self) -> Measured | None:
        """What was calculated before, if it is to stay with the order. To be read of a form that was checked."""
        return self._brought if self.cleaned_data.get("keeps_measured") else None

    def forgive(self, *names: str) -> None:
        """Drop what is wrong with fields that were not asked for, or that another answer makes pointless."""
        for name in names:
            self.errors.pop(name, None)

    def carry_over(self) -> None:
        """Show again what was typed so far, in another language or of other units: nothing is wrong yet, and consent
        is to what is new.
        """
        self.forgive(*list(self.errors))
        self.data = {**dict(self.data.items()), "consent": ""}

    def keep_hidden(self, quantity: int, *, total: str = "") -> None:
        """Send along the next time what was on the page: how many units, what they come to, and which form it is."""
        self.initial = {**self.initial, "quantity": quantity, "shown_total": total}
        if self.is_bound:
            hidden = {"quantity": str(quantity), "submission": str(self.cleaned_data["submission"])}
            hidden["shown_total"] = total
            self.data = {**dict(self.data.items()), **hidden}

    def say_how_many_are_left(self, units_left: int) -> None:
        """Say that fewer units are left than were asked for, and that the order is now for those."""
        sold_out = _("Nothing is left of this listing at the moment. Please choose another one.")
        fewer = ngettext_lazy(
            "Only %(n)s unit is left, so this order is now for %(n)s unit. Check what becomes public, "
            "then agree to it.",
            "Only %(n)s units are left, so this order is now for %(n)s units. Check what becomes public, "
            "then agree to it.",
            "left",
        )
        params = {"left": units_left, "n": grouped(units_left, get_language() or "en")}
        message = forms.ValidationError(fewer, params=params) if units_left else sold_out
        self.add_error(None, message)

    def say_why_not(self, refusal: TooManyHolds | Unproven) -> None:
        """Say that no order was placed since too much would be set aside that nobody has paid for."""
        if isinstance(refusal, Unproven):
            self.add_error(None, without_account(most=refusal.most))
            self.fewer = refusal.most
            return
        waiting = ngettext_lazy(
            "%(n)s order that was placed from your account or your network waits to be paid, and no more may wait "
            "at the same time. Pay for it or withdraw it, or wait until it expires, then send this again.",
            "%(n)s orders that were placed from your account or your network wait to be paid, and no more may wait "
            "at the same time. Pay for one or withdraw it, or wait until it expires, then send this again.",
            "most",
        )
        params = {"most": refusal.most, "n": grouped(refusal.most, get_language() or "en")}
        self.add_error(None, forms.ValidationError(waiting, code="too_many_holds", params=params))

    @property
    def asks_for_account(self) -> bool:
        """Say whether an account with a proven address would help."""
        return any(self.has_error(NON_FIELD_ERRORS, code) for code in ("unproven", "too_many_holds"))

    def _check_public_name(self) -> None:
        """Keep e-mail addresses out of the public record, where the old platform let them in."""
        name = unicodedata.normalize("NFKC", self.cleaned_data.get("beneficiary_name", ""))
        if self.cleaned_data.get("is_public") and re.search(r"\S@\S+\.\S", name):
            field = self._typed_at("beneficiary_name")
            self.add_error(field, _("This name becomes public. Please do not use an e-mail address as a name."))

    def preview(self, lines: Iterable[tuple[Offer, int]]) -> PublicView:
        """Return what becomes public of what was typed so far, whether or not all of it is right yet.

        The `lines` are the listings that are ordered of, and how many units of each.
        """
        self.is_valid()
        read = {name: self.cleaned_data[name] for name in _NOTHING_YET if name in self.cleaned_data}
        details = Details(**{**_NOTHING_YET, **read})
        return PublicView(
            units=tuple(
                PublicUnits(quantity=quantity, unit_type=each.unit_type_label, activity_title=each.activity_title)
                for each, quantity in lines
            ),
            statement=published(details, measured=self.measured, locale=get_language() or "en"),
            is_public=details.is_public,
        )

    def agrees_to(self, view: PublicView, *, total: str = "") -> bool:
        """Say whether all is right and consent was given to exactly this view, and to no other price than it comes to
        in `total`. If not, the reason stands at a field or above all of them."""
        if not self.is_valid():
            return False
        is_named = self.data.get("submission") == str(self.cleaned_data["submission"])
        if self.cleaned_data["preview_digest"] != view.digest() or not is_named:
            self.add_error("consent", _("Please check below what becomes public, then agree to it."))
            return False
        if self.cleaned_data["shown_total"] not in ("", total):
            self.add_error(None, _("The price has changed since you saw it. See the total, and send this again."))
            return False
        return True

    def details(self) -> Details:
        """Return what was typed, for the order. Valid forms only."""
        return Details(**{field.name: self.cleaned_data[field.name] for field in fields(Details)})


def filled_in(details: Details, *, keeps_measured: bool) -> dict[str, Any]:
    """Return what a form says that is to begin with what was said before."""
    is_person = details.purchaser_type == PurchaserType.INDIVIDUAL
    same_type = details.beneficiary_type == (Beneficiary.PERSON if is_person else Beneficiary.ORGANISATION)
    same_name = (details.beneficiary_name, details.beneficiary_country) == (
        details.purchaser_name,
        details.purchaser_country,
    )
    return {
        **{field.name: getattr(details, field.name) for field in fields(Details)},
        "is_public": "yes" if details.is_public else "no",
        "beneficiary_same": same_name and same_type,
        "keeps_measured": keeps_measured,
    }
