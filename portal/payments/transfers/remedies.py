"""Core: what a provider's people may do about an entry that a rule cannot decide, each choice with what it leads to."""

from enum import StrEnum

from portal.payments.transfers.matching import Meaning, Standing


def _(text: str) -> str:
    """Mark words of the core for translation; they are translated where they are shown."""
    return text


class Remedy(StrEnum):
    """What was done about an entry. The last two are never offered: they are what happened by itself."""

    ACCEPT = "accept"
    WAIT = "wait"
    TAKE_UP = "take_up"
    ASSIGN = "assign"
    PAY_BACK = "pay_back"
    NOT_OURS = "not_ours"
    NOTED = "noted"
    MATCHED = "matched"
    COMPLETED = "completed"


EXPLAINED: dict[Remedy, str] = {
    Remedy.ACCEPT: _("Take the money as full payment. The units are cancelled at once, which is final."),
    Remedy.WAIT: _("Wait for the rest. It is added up under the same reference until the time to pay is over."),
    Remedy.TAKE_UP: _(
        "Let the money pay the order although it came too late. Units are set aside again if there are enough, and"
        " cancelled at once; else nothing happens, and you pay it back."
    ),
    Remedy.ASSIGN: _("Say which order it is for. It then counts as if its reference had stood on the transfer."),
    Remedy.PAY_BACK: _("You pay the money back from your bank. Nothing is cancelled for it; write down when you did."),
    Remedy.NOT_OURS: _("It has nothing to do with an order here. It leaves the list, and nothing happens."),
    Remedy.NOTED: _("You have seen it. What was cancelled stays cancelled; ask the purchaser to pay again if need be."),
}

WHY: dict[Meaning, str] = {
    Meaning.MATCHED: _("Reference, amount and currency are right. Your account is set to wait for your click."),
    Meaning.SHORT: _("The reference is right, and less came than was asked for."),
    Meaning.SURPLUS: _("The reference is right, and more came than was asked for. The surplus is to be paid back."),
    Meaning.DOUBLE: _("The money for this order is already there: this came once more."),
    Meaning.LATE: _("The time to pay was over when it came, and the units are on offer again."),
    Meaning.WRONG_CURRENCY: _("It came in another currency than was asked for. Nothing is converted here."),
    Meaning.SEVERAL: _("One transfer names several orders."),
    Meaning.REVERSED: _("Your bank undid a booking: money that came may be gone again."),
    Meaning.PAID_BACK: _("Money left your account with the reference of an order."),
    Meaning.SUGGESTED: _("There is no right reference on it, and it looks as if it was for an order."),
    Meaning.UNMATCHED: _("There is no reference on it that anybody was given."),
}

_UNKNOWN = (Remedy.ASSIGN, Remedy.PAY_BACK, Remedy.NOT_OURS)
_OFFERED: dict[Meaning, tuple[Remedy, ...]] = {
    Meaning.MATCHED: (Remedy.ACCEPT, Remedy.PAY_BACK),
    Meaning.SHORT: (Remedy.WAIT, Remedy.ACCEPT, Remedy.PAY_BACK),
    # What counts for no order yet may be for another one than its reference, or a person, said.
    Meaning.SURPLUS: (Remedy.ACCEPT, Remedy.PAY_BACK, Remedy.ASSIGN),
    Meaning.DOUBLE: (Remedy.PAY_BACK, Remedy.ASSIGN, Remedy.NOT_OURS),
    Meaning.LATE: (Remedy.TAKE_UP, Remedy.PAY_BACK),
    Meaning.WRONG_CURRENCY: (Remedy.PAY_BACK, Remedy.ASSIGN),
    Meaning.SEVERAL: _UNKNOWN,
    Meaning.REVERSED: (Remedy.NOTED,),
    Meaning.PAID_BACK: (Remedy.NOTED,),
    Meaning.SUGGESTED: _UNKNOWN,
    Meaning.UNMATCHED: _UNKNOWN,
}


def offered(meaning: Meaning, *, standing: Standing | None = None, is_certain: bool = True) -> tuple[Remedy, ...]:
    """Return what may be done about an entry, the usual thing first.

    What is too late to wait for is not waited for, and not accepted as if it was in time. The amount of a part of a sum
    that a file does not tell cannot count as money.
    """
    choices = _OFFERED.get(meaning, ())
    if standing is not None and standing is not Standing.OPEN and meaning is not Meaning.LATE:
        choices = tuple(each for each in choices if each not in (Remedy.WAIT, Remedy.ACCEPT))
    if standing is Standing.GIVEN_UP:
        choices = tuple(each for each in choices if each is not Remedy.TAKE_UP)
    if not is_certain:
        choices = tuple(each for each in choices if each is not Remedy.ASSIGN)
    return choices
