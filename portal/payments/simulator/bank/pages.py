"""The pages of the simulated bank: transfers that were asked for, and how one is booked. They say what they are.

A page of the portal that asks for a transfer leads here with all that stands on it, so nothing has to be typed.
"""

from collections.abc import Iterable, Mapping
from html import escape
from urllib.parse import urlencode

from portal.payments.simulator import bare_page
from portal.payments.simulator.bank.statement import SHAPES
from portal.payments.simulator.replies import Reply

PATH = "/bank"
FIELDS = ("reference", "amount", "value_date", "payer")
KEPT = ("account", "holder", "currency", "language")
WORDS = {
    "en": {
        "title": "Simulated bank",
        "note": "This page only pretends to be the provider’s bank. There is no account behind it, and no money moves.",
        "account": "Account",
        "holder": "Account holder",
        "currency": "Currency",
        "reference": "Reference",
        "amount": "Amount",
        "value_date": "Value date",
        "payer": "Payer",
        "how": "Each button gives a statement of the bank (camt.053) to download. Upload it on the provider’s pages, "
        "and the order goes on. Pressed twice, the bank has booked twice.",
        "exact": "The bank books this transfer",
        "short": "The bank books half of it",
        "double": "The bank books it twice",
        "mistyped": "The bank books it with a mistyped reference",
        "returned": "The bank sends it back",
        "wrong": "This cannot be booked: look at the amount (such as 1250.00) and at the value date.",
        "asked": "Transfers that were asked for",
        "nothing": "None yet. The page that asks for a transfer leads here.",
    },
    "fr": {
        "title": "Banque simulée",
        "note": "Cette page fait seulement semblant d’être la banque du fournisseur. Aucun compte n’existe et aucun "
        "argent ne circule.",
        "account": "Compte",
        "holder": "Titulaire du compte",
        "currency": "Monnaie",
        "reference": "Référence",
        "amount": "Montant",
        "value_date": "Date de valeur",
        "payer": "Payeur",
        "how": "Chaque bouton donne un relevé de la banque (camt.053) à télécharger. Déposez-le dans l’espace du "
        "fournisseur, et la commande suit son cours. Si vous appuyez deux fois, la banque a comptabilisé deux fois.",
        "exact": "La banque comptabilise ce virement",
        "short": "La banque en comptabilise la moitié",
        "double": "La banque le comptabilise deux fois",
        "mistyped": "La banque le comptabilise avec une référence mal saisie",
        "returned": "La banque le renvoie",
        "wrong": "Impossible à comptabiliser : vérifiez le montant (par exemple 1250.00) et la date de valeur.",
        "asked": "Virements demandés",
        "nothing": "Aucun pour l’instant. La page qui demande un virement mène ici.",
    },
    "es": {
        "title": "Banco simulado",
        "note": "Esta página solo finge ser el banco del proveedor. No hay ninguna cuenta detrás y no se mueve dinero.",
        "account": "Cuenta",
        "holder": "Titular de la cuenta",
        "currency": "Moneda",
        "reference": "Referencia",
        "amount": "Importe",
        "value_date": "Fecha valor",
        "payer": "Ordenante",
        "how": "Cada botón da un extracto del banco (camt.053) para descargar. Súbalo en las páginas del proveedor y "
        "el pedido sigue su curso. Si lo pulsa dos veces, el banco lo ha contabilizado dos veces.",
        "exact": "El banco contabiliza esta transferencia",
        "short": "El banco contabiliza la mitad",
        "double": "El banco la contabiliza dos veces",
        "mistyped": "El banco la contabiliza con una referencia mal escrita",
        "returned": "El banco la devuelve",
        "wrong": "No se puede contabilizar: revise el importe (por ejemplo 1250.00) y la fecha valor.",
        "asked": "Transferencias solicitadas",
        "nothing": "Ninguna todavía. La página que pide una transferencia lleva hasta aquí.",
    },
}


def booking(typed: Mapping[str, str], *, is_wrong: bool = False) -> Reply:
    """One transfer, and a button for each shape in which it may come. All is one form; it works without a script."""
    language, words = _words(typed.get("language", ""))
    facts = ("holder", "account", "currency")
    rows = "".join(f"<dt>{words[name]}</dt><dd>{escape(typed[name])}</dd>" for name in facts if typed.get(name))
    kept = "".join(f'<input type="hidden" name="{name}" value="{escape(typed.get(name, ""))}">' for name in KEPT)
    problem = f'<p class="note" role="alert">{words["wrong"]}</p>' if is_wrong else ""
    content = (
        f'<p class="note">{words["note"]}</p>{problem}<dl>{rows}</dl><form method="post" action="{PATH}">{kept}'
        f"{''.join(_field(name, words, typed) for name in FIELDS)}<p>{words['how']}</p>"
        f"{''.join(_button(shape, words) for shape in SHAPES)}</form>"
        f'<p><a href="{PATH}?language={language}">{words["asked"]}</a></p>'
    )
    return bare_page.page(language=language, title=words["title"], content=content, status=422 if is_wrong else 200)


def asked_for(transfers: Iterable[Mapping[str, str]], *, language: str) -> Reply:
    """All transfers that somebody was asked for and came here with, the youngest first."""
    language, words = _words(language)
    rows = "".join(
        f'<li><a href="{PATH}?{escape(urlencode({**each, "language": language}))}">{escape(each["reference"])}</a>: '
        f"{escape(each['amount'])} {escape(each['currency'])}, {escape(each['holder'])}</li>"
        for each in transfers
    )
    content = f"<ul>{rows}</ul>" if rows else f"<p>{words['nothing']}</p>"
    content = f'<p class="note">{words["note"]}</p><h2>{words["asked"]}</h2>{content}'
    return bare_page.page(language=language, title=words["title"], content=content)


def _field(name: str, words: Mapping[str, str], typed: Mapping[str, str]) -> str:
    kind = "date" if name == "value_date" else "text"
    value = escape(typed.get(name, ""))
    return f'<label for="{name}">{words[name]}</label><input id="{name}" type="{kind}" name="{name}" value="{value}">'


def _button(shape: str, words: Mapping[str, str]) -> str:
    return f'<button name="shape" value="{shape}">{words[shape]}</button>'


def _words(language: str) -> tuple[str, dict[str, str]]:
    return (language, WORDS[language]) if language in WORDS else ("en", WORDS["en"])
