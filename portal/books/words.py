"""Core: each sort of difference in words: its name, what it means, and what to do about it."""

from portal.books.comparison import Sort


def _(text: str) -> str:
    """Mark words of the core for translation; they are translated where they are shown."""
    return text


NAMES: dict[Sort, str] = {
    Sort.UNKNOWN_MONEY: _("Money of no order"),
    Sort.UNKNOWN_REFUND: _("Refund of which we do not know"),
    Sort.UNKNOWN_CANCELLATION: _("Cancellation of no order"),
    Sort.UNKNOWN_ENTRY: _("Transfer for no order"),
    Sort.MISSING_MONEY: _("Money that the gateway does not know"),
    Sort.MISSING_REFUND: _("Refund that the gateway does not know"),
    Sort.MISSING_CANCELLATION: _("Cancellation that the registry does not know"),
    Sort.OTHER_STATE: _("Stands otherwise there"),
    Sort.OTHER_AMOUNT: _("Another amount"),
    Sort.OTHER_UNITS: _("Other units"),
    Sort.TWICE: _("Paid more than once"),
    Sort.UNPAID: _("Cancelled, and not paid"),
    Sort.FOR_NOTHING: _("Paid, and nothing cancelled"),
    Sort.UNBOOKED: _("Transfers do not add up"),
    Sort.UNDECIDED: _("Not decided for more than a day"),
    Sort.WAITING_ENTRY: _("Transfer that waits for a person"),
    Sort.UNREADABLE: _("Books that could not be read"),
}

MEANINGS: dict[Sort, str] = {
    Sort.UNKNOWN_MONEY: _(
        "The gateway holds or took money, and no payment of ours has its key. After a restore: an order was placed or"
        " paid after the backup."
    ),
    Sort.UNKNOWN_REFUND: _("The gateway gave money back that nobody here asked to be given back."),
    Sort.UNKNOWN_CANCELLATION: _(
        "The registry cancelled units under a reference that no cancellation of ours has. Cancelled units never come"
        " back."
    ),
    Sort.UNKNOWN_ENTRY: _("Money is on a provider's bank account, and nobody knows which order it is for."),
    Sort.MISSING_MONEY: _("We say that money is held or came, and the gateway has never heard of it."),
    Sort.MISSING_REFUND: _("We say that money was given back, and the gateway has never heard of it."),
    Sort.MISSING_CANCELLATION: _("We say that units are cancelled, and the registry has not cancelled them."),
    Sort.OTHER_STATE: _("We and they do not say the same of where it stands: somebody may have acted there by hand."),
    Sort.OTHER_AMOUNT: _("The amounts are not the same."),
    Sort.OTHER_UNITS: _("The number of units, or their serial numbers, are not the same."),
    Sort.TWICE: _("One payment holds or took money more than once."),
    Sort.UNPAID: _("Units are cancelled, and no money is held or came for them."),
    Sort.FOR_NOTHING: _("Money came for an order for which no units will be cancelled."),
    Sort.UNBOOKED: _("What the ledger says has come by transfer is not what the bank, or a person, said."),
    Sort.UNDECIDED: _("The answer of a gateway or of the registry is outstanding; nobody else may act meanwhile."),
    Sort.WAITING_ENTRY: _("Money came for an order, and no rule can say what becomes of it."),
    Sort.UNREADABLE: _("Nobody knows whether these books agree, since they could not be read to the end."),
}

REMEDIES: dict[Sort, str] = {
    Sort.UNKNOWN_MONEY: _("Run reconcile --unknown: rebuild its order, release the money, or pay it back."),
    Sort.UNKNOWN_REFUND: _(
        "Ask the provider who gave it back, and why; then write that down with reconcile --explain."
    ),
    Sort.UNKNOWN_CANCELLATION: _("Run reconcile --unknown: rebuild its order, or write down whose cancellation it is."),
    Sort.UNKNOWN_ENTRY: _("Let the provider say in its queue which order it is for, or rebuild that order first."),
    Sort.MISSING_MONEY: _("Look it up at the gateway by its key. If it is not there, write to the provider."),
    Sort.MISSING_REFUND: _("Look it up at the gateway by its key. If it is not there, give the money back again."),
    Sort.MISSING_CANCELLATION: _(
        "Ask the registry. After a restore of its ledger see “Restoring” in the guide for operators before anything is"
        " sold."
    ),
    Sort.OTHER_STATE: _("Look at both. What was taken by hand at the gateway is given back or released there as well."),
    Sort.OTHER_AMOUNT: _("Look at both. What is too much is given back at the gateway."),
    Sort.OTHER_UNITS: _("Ask the registry for its record of the transaction, and correct the certificate."),
    Sort.TWICE: _("Give back at the gateway what is too much."),
    Sort.UNPAID: _("Settle it between provider and purchaser, then write on the order what was done."),
    Sort.FOR_NOTHING: _("Give the money back on the page of the order."),
    Sort.UNBOOKED: _("Compare the order's payment events with the entries of the statement."),
    Sort.UNDECIDED: _("See that the workers run; look the payment or the cancellation up where the answer should be."),
    Sort.WAITING_ENTRY: _("The provider decides it in its queue of transfers."),
    Sort.UNREADABLE: _("See that the keys open and may read the books; then reconcile again."),
}
