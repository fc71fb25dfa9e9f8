"""The page on which a payer approves an order. It stands for PayPal's own, does not look like it, and says so."""

from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from portal.payments.simulator import bare_page
from portal.payments.simulator.paypal.papers import Paper
from portal.payments.simulator.replies import Reply

WORDS = {
    "en": {
        "title": "Simulated PayPal",
        "note": "This page only pretends to be PayPal. There is no account behind it, and no money moves.",
        "amount": "Amount",
        "for": "For",
        "payee": "Paid to the account",
        "approve": "Agree and pay",
        "pending": "Agree, and have PayPal look at the payment first",
        "decline": "Agree, and have the means of payment declined",
        "cancel": "Cancel and go back",
        "gone": "This order is not here, or not here any more.",
    },
    "fr": {
        "title": "PayPal simulé",
        "note": "Cette page fait seulement semblant d’être PayPal. Aucun compte n’existe et aucun argent ne circule.",
        "amount": "Montant",
        "for": "Objet",
        "payee": "Versé au compte",
        "approve": "Accepter et payer",
        "pending": "Accepter, et laisser PayPal examiner d’abord le paiement",
        "decline": "Accepter, avec un moyen de paiement refusé",
        "cancel": "Annuler et revenir",
        "gone": "Cette commande n’existe pas, ou n’existe plus.",
    },
    "es": {
        "title": "PayPal simulado",
        "note": "Esta página solo finge ser PayPal. No hay ninguna cuenta detrás y no se mueve dinero.",
        "amount": "Importe",
        "for": "Concepto",
        "payee": "Se paga a la cuenta",
        "approve": "Aceptar y pagar",
        "pending": "Aceptar, y que PayPal revise antes el pago",
        "decline": "Aceptar, con un medio de pago rechazado",
        "cancel": "Cancelar y volver",
        "gone": "Este pedido no existe, o ya no existe.",
    },
}


def approval(order: Paper) -> Reply:
    """Everything the payer decides is one form; it works without a script."""
    language, words = _words(order.extra.get("locale", ""))
    facts = (("amount", f"{order.amount} {order.currency}"), ("for", order.extra["description"]))
    rows = "".join(f"<dt>{words[name]}</dt><dd>{escape(value)}</dd>" for name, value in facts if value)
    rows += f"<dt>{words['payee']}</dt><dd>{escape(order.extra['payee'])}</dd>"
    buttons = "".join(
        f'<button name="choice" value="{choice}">{words[choice]}</button>'
        for choice in ("approve", "pending", "decline", "cancel")
    )
    form = f'<form method="post" action="/checkoutnow?token={escape(order.id)}">{buttons}</form>'
    return _page(language, words, f'<p class="note">{words["note"]}</p><dl>{rows}</dl>{form}')


def gone() -> Reply:
    return _page("en", WORDS["en"], f"<p>{WORDS['en']['gone']}</p>", status=404)


def back_to(order: Paper, *, is_cancelled: bool) -> Reply:
    """Send the payer back to the merchant, with the order's number in the address, as PayPal does."""
    address = order.extra["cancel_url" if is_cancelled else "return_url"]
    parts = urlsplit(address)
    query = [*parse_qsl(parts.query), ("token", order.id)]
    if not is_cancelled:
        query.append(("PayerID", "SIMULATEDPAYER"))
    return Reply(status=303, headers={"Location": urlunsplit(parts._replace(query=urlencode(query)))})


def _words(locale: str) -> tuple[str, dict[str, str]]:
    language = locale[:2].lower()
    return (language, WORDS[language]) if language in WORDS else ("en", WORDS["en"])


def _page(language: str, words: dict[str, str], content: str, *, status: int = 200) -> Reply:
    return bare_page.page(language=language, title=words["title"], content=content, status=status)
