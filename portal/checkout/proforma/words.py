"""The words of a pro-forma invoice in its own language: labels, sentences, and dates and amounts as written there.

Kept apart from the core, which only sets them. Where the order's page and letter say the same, it is said alike.
"""

from decimal import Decimal

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from portal.checkout.proforma.facts import ProForma
from portal.countries import country_name
from portal.dates import long_date, short_moment
from portal.figures import grouped
from portal.money import coded
from portal.registry.vocabulary import UnitType


def words(facts: ProForma) -> dict[str, str]:
    """Return the words `render_pdf` needs, in the language of `facts.locale`."""
    with translation.override(facts.locale):
        return {
            "issuer": settings.SITE_NAME,
            **_heading(facts),
            **_parties(facts),
            **_offer(facts),
            **_transfer(facts),
            **_honest(facts),
        }


def _heading(facts: ProForma) -> dict[str, str]:
    return {
        "title": _("Pro-forma invoice"),
        "document_title": _("Pro-forma invoice for order %(reference)s") % {"reference": facts.number},
        "order_label": _("Order"),
        "asked_label": _("Date"),
        "asked_at": long_date(facts.asked_at.date(), facts.locale),
        "until_label": _("Payment due"),
        "until": _moment(facts),
        "sample_note": _("Sample data: nobody is paid, and no units are cancelled in a public registry."),
        "page": _("Page {page} of {pages}"),
    }


def _parties(facts: ProForma) -> dict[str, str]:
    return {
        "seller_label": _("Provider"),
        "seller_country": country_name(facts.seller.country),
        "purchaser_label": _("Purchaser"),
        "purchaser_country": country_name(facts.purchaser.country),
    }


def _offer(facts: ProForma) -> dict[str, str]:
    kind = UnitType(facts.unit_type)
    return {
        "ordered": _("What was ordered"),
        "what_label": _("Cancellation of units"),
        "units_label": _("Units"),
        "price_label": _("Price per unit"),
        "amount_label": _("Amount"),
        "total_label": _("Total"),
        "unit_type": str(kind.label),
        "host_country": country_name(facts.host_country),
        "period": _period(facts),
        "quantity": grouped(facts.quantity, facts.locale),
        "unit_price": _money(facts.unit_price, facts),
        "amount": _money(facts.amount, facts),
        "unit_note": _("One unit is one tonne of CO₂ equivalent."),
    }


def _transfer(facts: ProForma) -> dict[str, str]:
    said = {"amount": _money(facts.amount, facts), "time": _moment(facts)}
    return {
        "transfer": _("Where to transfer the money"),
        "exactly": _(
            "Transfer exactly %(amount)s, so that it arrives by %(time)s. Your units stay set aside until then, and "
            "are cancelled as soon as the provider or its bank says that the money is there."
        )
        % said,
        "holder_label": _("Account holder"),
        "iban_label": "IBAN",
        "number_label": _("Account number"),
        "bic_label": "BIC",
        "bank_label": _("Bank"),
        "intermediary_label": _("Intermediary bank"),
        "reference_label": _("Reference"),
        "how": _(
            "The reference is what your money is found by. Write nothing else where your bank asks what the transfer "
            "is for, and let the payer bear all charges: what arrives has to be the whole amount."
        ),
        "code_alt": _("The same details as a code for banking apps"),
        "code_note": _("Or scan this code with your banking app: it fills in all of the above."),
        "compare": _(
            "Compare the account with the one on your order’s own page before you pay. We never send other accounts by "
            "e-mail."
        ),
    }


def _honest(facts: ProForma) -> dict[str, str]:
    return {
        "about": _("What this is, and what it is not"),
        "no_tax": _(
            "This is not a tax invoice: it says what was ordered and where the money is to go, and shows no tax. If "
            "you need a tax invoice, ask the provider, who is the one that is paid."
        ),
        "directly": _("The provider is paid directly, into its own bank account. The portal never holds money."),
        "contribution": _(
            "What you pay for is a contribution: the units are cancelled in the registry, and nobody can use them "
            "again. It does not undo what you emit. Cancelling is final: cancelled units cannot be given back."
        ),
        "claim_label": _("What these units stand for:"),
        "claim": UnitType(facts.unit_type).claim,
        "romanised_note": _("Romanised: no installed font has the script of the original."),
    }


def _moment(facts: ProForma) -> str:
    return f"{short_moment(facts.until, facts.locale)} UTC"


def _money(amount: Decimal, facts: ProForma) -> str:
    return coded(amount, facts.currency, facts.locale)


def _period(facts: ProForma) -> str:
    if facts.monitoring_start is None or facts.monitoring_end is None:
        return _("Vintage %(year)s") % {"year": facts.vintage_year}
    days = [long_date(day, facts.locale) for day in (facts.monitoring_start, facts.monitoring_end)]
    return _("Reduced: %(start)s to %(end)s") % {"start": days[0], "end": days[1]}
