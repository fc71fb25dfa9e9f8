"""The words of a certificate in its own language: labels, sentences, and dates, numbers and countries as written there.

Kept apart from the core, which only sets them: translations change, the facts do not.
"""

from babel import Locale
from babel.dates import format_time
from babel.numbers import format_decimal, get_group_symbol
from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext
from django.utils.translation import gettext as _

from portal.dates import locale_of, long_date
from portal.measured import tonnes_in_words
from portal.registry.certificates.facts import CertificateFacts
from portal.registry.statement import Statement
from portal.registry.vocabulary import Beneficiary, Technology

CLAIMS = {
    "MCU": gettext_lazy(
        "mitigation contribution units. They contribute to the climate target of the host country, %(country)s, which "
        "keeps the reductions in its own count. No corresponding adjustment is made."
    ),
    "AER": gettext_lazy(
        "units that the host country, %(country)s, authorized for use outside its own target. Their first transfer, at "
        "the latest this cancellation, makes a corresponding adjustment due; this certificate does not show that it "
        "has been reported."
    ),
    "A6.4ER": gettext_lazy(
        "Article 6.4 emission reductions from %(country)s. Whether they were authorized, and so whether a "
        "corresponding adjustment is due, is recorded in the registry."
    ),
    "CER": gettext_lazy(
        "certified emission reductions of the Kyoto Protocol’s clean development mechanism. The host country, "
        "%(country)s, makes no corresponding adjustment for them under the Paris Agreement."
    ),
    "tCER": gettext_lazy(
        "temporary certified emission reductions of the clean development mechanism, for carbon stored by trees, which "
        "may be released again. The host country, %(country)s, makes no corresponding adjustment for them under the "
        "Paris Agreement."
    ),
    "lCER": gettext_lazy(
        "long-term certified emission reductions of the clean development mechanism, for carbon stored by trees, which "
        "may be released again. The host country, %(country)s, makes no corresponding adjustment for them under the "
        "Paris Agreement."
    ),
}
"""What each kind of unit may honestly be said to stand for; continues the line that begins with `claim_label`."""


def words(facts: CertificateFacts) -> dict[str, str]:
    """The words `render_pdf` needs, in the language of `facts.locale`. Names stay placeholders for the core."""
    locale = locale_of(facts.locale)
    with translation.override(facts.locale):
        return {
            **_heading(facts),
            **_beneficiary(facts, locale),
            **_remarks(facts.statement),
            **_quantity(facts, locale),
            **_claims(facts, locale),
            **_details(facts, locale),
            **_proof(facts),
        }


def _heading(facts: CertificateFacts) -> dict[str, str]:
    return {
        "issuer": settings.SITE_NAME,
        "title": _("Certificate of voluntary cancellation"),
        "document_title": _("Certificate of voluntary cancellation %(code)s") % {"code": facts.code},
        "code_label": _("Code"),
        "version": _("version %(number)s") % {"number": facts.version},
        "sample_mark": pgettext("mark across a page", "Sample"),
        "sample_note": _("Sample data: no units were cancelled in a public registry."),
        "page": _("Page {page} of {pages}"),
    }


def _beneficiary(facts: CertificateFacts, locale: Locale) -> dict[str, str]:
    said = facts.statement
    if not said.beneficiary_name:
        line = _("Not named")
    else:
        kind = "" if said.beneficiary_type == Beneficiary.OTHER else str(Beneficiary(said.beneficiary_type).label)
        line = " · ".join(filter(None, [kind, _country(said.beneficiary_country, locale)]))
    return {
        "for_whom": _("On behalf of"),
        "beneficiary": line,
        "anonymous_note": _("The purchaser asked that neither beneficiary nor purpose be published."),
        "purpose": _("Purpose stated by the purchaser"),
        "open_quote": pgettext("opening quotation mark", "“"),
        "close_quote": pgettext("closing quotation mark", "”"),
        "romanised_note": _("Romanised: no installed font has the script of the original."),
    }


def remarks(said: Statement) -> dict[str, tuple[str, str]]:
    """What the purchaser says beside who and why, in the active language: labels, and sentences that name its `texts`.

    Nobody here has looked into any of it, and the labels say so. Raises KeyError for a remark without words.
    """
    worded = {"consumption_period": (_("Period stated by the purchaser:"), "{consumption_period}")}
    if said.footprint:
        tonnes = tonnes_in_words(said.footprint.tonnes, get_language() or "en")
        worded["footprint"] = (
            _("Footprint calculated by the purchaser, not verified:"),
            _("{footprint}, %(tonnes)s t CO₂ equivalent, factor set {factor_set}") % {"tonnes": tonnes},
        )
    return {name: worded[name] for name in said.remarks}


def _remarks(said: Statement) -> dict[str, str]:
    worded = remarks(said)
    labels = {f"{name}_label": label for name, (label, _sentence) in worded.items()}
    return labels | {name: sentence for name, (_label, sentence) in worded.items()}


def _quantity(facts: CertificateFacts, locale: Locale) -> dict[str, str]:
    quantity = format_decimal(facts.quantity, locale=locale)
    return {
        "quantity": quantity,
        "quantity_unit": ngettext("tonne of CO₂ equivalent", "tonnes of CO₂ equivalent", facts.quantity),
        "cancelled": _cancelled(facts) % {"quantity": quantity, "units": _unit(facts), "time": _time(facts, locale)},
        "group": get_group_symbol(locale),
    }


def _cancelled(facts: CertificateFacts) -> str:
    if facts.statement.beneficiary_name:
        return ngettext(
            "%(quantity)s tonne of CO₂ equivalent in units of type %(units)s from {activity} was cancelled for "
            "{beneficiary} on %(time)s (registry: {registry}).",
            "%(quantity)s tonnes of CO₂ equivalent in units of type %(units)s from {activity} were cancelled for "
            "{beneficiary} on %(time)s (registry: {registry}).",
            facts.quantity,
        )
    return ngettext(
        "%(quantity)s tonne of CO₂ equivalent in units of type %(units)s from {activity} was cancelled on %(time)s "
        "(registry: {registry}).",
        "%(quantity)s tonnes of CO₂ equivalent in units of type %(units)s from {activity} were cancelled on %(time)s "
        "(registry: {registry}).",
        facts.quantity,
    )


def _claims(facts: CertificateFacts, locale: Locale) -> dict[str, str]:
    return {
        "finality": _("Cancelled units are out of circulation for good: nobody can use them again."),
        "disclaimer": _(
            "Neither the registry nor the operator of this portal verifies the purpose or any climate claim."
        ),
        "claim_label": _("What these units stand for:"),
        "claim": str(CLAIMS[facts.kind]) % {"country": _country(facts.host_country, locale)},
    }


def _details(facts: CertificateFacts, locale: Locale) -> dict[str, str]:
    technology = facts.technology
    return {
        "details": _("Activity and units"),
        "activity": _("Activity"),
        "host_country_label": _("Host country"),
        "host_country": _country(facts.host_country, locale),
        "technology_label": _("Technology"),
        "technology": str(Technology(technology).label) if technology in Technology.values else technology,
        "methodologies_label": _("Methodology"),
        "period_label": _("Monitoring period") if facts.monitoring_start else _("Vintage"),
        "period": _period(facts),
        "unit_type_label": _("Unit type"),
        "unit_type": _unit(facts),
        "provider_label": _("Provider"),
        "registry_label": _("Registry"),
        "transaction_label": _("Registry transaction"),
        "cancelled_at_label": _("Cancelled"),
        "cancelled_at": _time(facts, locale),
    }


def _proof(facts: CertificateFacts) -> dict[str, str]:
    return {
        "serials": _("Serial numbers of the cancelled units"),
        "start": _("First"),
        "end": _("Last"),
        "units": _("Units"),
        "verify_label": _("Check this certificate"),
        "verify": _("Scan the square code, or enter the certificate’s code at this address:"),
        "seal_alt": _("Seal drawn from the serial numbers; the same units always give the same seal."),
        "qr_alt": _("Square code that leads to %(address)s") % {"address": facts.verify_url},
    }


def _unit(facts: CertificateFacts) -> str:
    name = "A6.4ER" if facts.kind in {"MCU", "AER"} else facts.kind
    detail = facts.unit_status or (facts.kind if facts.kind != name else "")
    return f"{name} ({detail})" if detail else name


def _country(code: str, locale: Locale) -> str:
    """The country's name without the second name that some lists add in brackets."""
    return str(locale.territories.get(code, code)).partition(" (")[0]


def _time(facts: CertificateFacts, locale: Locale) -> str:
    clock = format_time(facts.cancelled_at, "HH:mm:ss", locale=locale)
    return _("%(day)s, %(clock)s\N{NO-BREAK SPACE}UTC") % {
        "day": long_date(facts.cancelled_at.date(), facts.locale),
        "clock": clock,
    }


def _period(facts: CertificateFacts) -> str:
    vintage = str(facts.vintage_year or "")
    if facts.monitoring_start is None or facts.monitoring_end is None:
        return vintage
    days = (facts.monitoring_start, facts.monitoring_end)
    start, end = (long_date(day, facts.locale) for day in days)
    return _("%(start)s to %(end)s") % {"start": start, "end": end}
