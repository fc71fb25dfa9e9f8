"""What a purchaser says with an order, and what of it becomes public: decided here, and consented to as shown."""

import hashlib
import json
from dataclasses import asdict, dataclass, fields

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from portal.checkout.models import Order
from portal.measured import Measured, kept, tonnes_in_words
from portal.registry.statement import Footprint, Statement
from portal.registry.vocabulary import Purpose


@dataclass(frozen=True, kw_only=True)
class Details:
    """What the purchaser said: who buys, on whose behalf and why, and whether that may become public."""

    purchaser_name: str
    purchaser_email: str
    purchaser_type: str
    purchaser_country: str
    beneficiary_name: str
    beneficiary_type: str
    beneficiary_country: str
    purpose: str
    purpose_text: str
    is_public: bool
    consumption_period: str = ""


@dataclass(frozen=True, kw_only=True)
class PublicUnits:
    """What anybody will read of the units that one order has cancelled."""

    quantity: int
    unit_type: str
    activity_title: str


@dataclass(frozen=True, kw_only=True)
class PublicView:
    """Exactly what anybody will read, for ever, about one cancellation or the several of one basket."""

    units: tuple[PublicUnits, ...]
    statement: Statement
    is_public: bool

    def digest(self) -> str:
        """Name this view, so that consent is given to what was shown and to nothing else."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    @property
    def footprint(self) -> str:
        """What the certificate states as calculated, in the active language; empty if nothing."""
        return footprint_in_words(self.statement.footprint)


def details_of(order: Order) -> Details:
    """Return what was said with an order."""
    return Details(**{field.name: getattr(order, field.name) for field in fields(Details)})


def said(details: Details, *, measured: Measured | None, locale: str) -> Statement:
    """Return for whom and why units are cancelled, with a preset purpose in the words of a language.

    It is for those who see the order. What everybody sees is `published`.
    """
    return Statement(
        beneficiary_name=details.beneficiary_name,
        beneficiary_type=details.beneficiary_type,
        beneficiary_country=details.beneficiary_country,
        purpose=_purpose(details, locale),
        preset_purpose=preset.value if (preset := Purpose.preset(details.purpose)) else "",
        consumption_period=details.consumption_period,
        footprint=_footprint(measured),
    )


def published(details: Details, *, measured: Measured | None, locale: str) -> Statement:
    """Return what becomes public of what was said: nothing, where the purchaser wants to stay anonymous."""
    return said(details, measured=measured, locale=locale) if details.is_public else Statement.EMPTY


def published_of(order: Order) -> Statement:
    """Return what becomes public of what was said with an order."""
    return published(details_of(order), measured=kept(order.measured), locale=order.locale)


def _purpose(details: Details, locale: str) -> str:
    preset = Purpose.preset(details.purpose)
    if preset is None:
        return details.purpose_text
    with override(locale):
        return str(preset.label)


def footprint_in_words(footprint: Footprint | None) -> str:
    """Return what was calculated as people read it, in the active language; nothing if nothing was."""
    if footprint is None:
        return ""
    return _("%(title)s: %(tonnes)s t CO₂ equivalent, factor set %(factor_set)s") % {
        "title": footprint.title,
        "tonnes": tonnes_in_words(footprint.tonnes, get_language() or "en"),
        "factor_set": footprint.factor_set,
    }


def public_footprint(measured: Measured | None) -> str:
    """Return what was calculated, as it may become public, in the active language; nothing if nothing was."""
    return footprint_in_words(_footprint(measured))


def own_footprint(measured: Measured | None) -> str:
    """Return what was calculated, by its name, for those who see the order; nothing if nothing was."""
    return footprint_in_words(Footprint(measured.called, measured.tonnes, measured.factor_set)) if measured else ""


def _footprint(measured: Measured | None) -> Footprint | None:
    return Footprint(measured.title, measured.tonnes, measured.factor_set) if measured else None
