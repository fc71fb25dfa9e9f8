"""How providers are paid, attempts to pay, money that goes back, and what gateways said of all that.

Accounts are written by `accounts.py`, changes of them by `changes.py`, payments by `service.py`, refunds by
`refunds.py`, disputes by `disputes.py`, and events by `ledger.py`.
"""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.payments import gateway
from portal.providers.models import Provider
from portal.tokens import new_token


class Environment(models.TextChoices):
    """Where a gateway's accounts live: on this machine, in its own trials, or where money is real."""

    SIMULATOR = "simulator", _("Simulator")
    SANDBOX = "sandbox", _("Sandbox")
    PRODUCTION = "production", _("Production")


class Rail(models.TextChoices):
    """How money gets from a purchaser to a provider."""

    CARD = gateway.CARD, _("Card")
    PAYPAL = gateway.PAYPAL, _("PayPal")
    TRANSFER = gateway.TRANSFER, _("Bank transfer")


# Rails on which a gateway holds and takes money for us. Of others a person or a bank statement says that it came.
CHARGING = (Rail.CARD, Rail.PAYPAL)


class AccountState(models.TextChoices):
    """How far an account is: nothing can be paid into it unless it is open."""

    SETTING_UP = "setting_up", _("Being set up")
    TESTED = "tested", _("Tested")
    OPEN = "open", _("Open")
    PAUSED = "paused", _("Paused")


class Account(models.Model):
    """One way of paying a provider: its own account at a gateway or a bank. Money goes there, never to the portal.

    It may have several of one rail, and in each currency one of them is open at most.
    """

    provider = models.ForeignKey(
        Provider, on_delete=models.CASCADE, verbose_name=_("provider"), related_name="accounts"
    )
    rail = models.CharField(_("way of payment"), max_length=12, choices=Rail.choices, default=Rail.CARD)
    currencies = models.JSONField(_("currencies"), default=list)
    state = models.CharField(
        _("state"), max_length=12, choices=AccountState.choices, default=AccountState.SETTING_UP, editable=False
    )
    environment = models.CharField(
        _("payment environment"),
        max_length=12,
        choices=Environment.choices,
        default=Environment.SIMULATOR,
    )
    sealed_credentials = models.BinaryField(_("payment credentials, sealed"), default=bytes, blank=True, editable=False)
    hook_key = models.CharField(_("webhook key"), max_length=32, unique=True, default=new_token, editable=False)
    worked_at = models.DateTimeField(_("last seen to work at"), null=True, editable=False)
    silent_at = models.DateTimeField(_("gave no answer at"), null=True, editable=False)
    searched_at = models.DateTimeField(_("last asked for disputes at"), null=True, editable=False)

    class Meta:
        ordering: ClassVar = ["provider", "id"]
        verbose_name = _("payment account")
        verbose_name_plural = _("payment accounts")

    def __str__(self) -> str:
        return f"{self.provider_id} {self.rail} {self.environment}"

    @property
    def title(self) -> str:
        """Tell it from the provider's others, in the reader's language: "Bank transfer EUR, USD"."""
        return f"{self.get_rail_display()} {', '.join(self.currencies)}"


class ChangeState(models.TextChoices):
    PENDING = "pending", _("Waits")
    APPLIED = "applied", _("Carried out")
    STOPPED = "stopped", _("Stopped")


class Change(models.Model):
    """Another place for the money of an account, or other keys to it, which waits until whoever knows the old place was
    told, and had time to stop it. What the account would become is sealed as its credentials are, and gone at the end.
    One that `opens` an account leaves it as it is otherwise: it is the first time that money can go there.

    `stop_key` stands in the letter that tells of it. While a change waits that `holds_money_back`, nobody pays into the
    account. It is `due_at` so long after it was told.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="changes", verbose_name=_("payment account"))
    state = models.CharField(_("state"), max_length=8, choices=ChangeState.choices, default=ChangeState.PENDING)
    opens = models.BooleanField(_("opens an account that was never open"), default=False)
    sealed = models.BinaryField(_("what it would become, sealed"), editable=False)
    stop_key = models.CharField(_("key to stop it"), max_length=32, unique=True, default=new_token, editable=False)
    holds_money_back = models.BooleanField(_("nobody pays into the account meanwhile"))
    asked_at = models.DateTimeField(_("asked for at"), auto_now_add=True)
    claimed_at = models.DateTimeField(_("claimed at"), null=True)
    told_at = models.DateTimeField(_("told at"), null=True)
    due_at = models.DateTimeField(_("due at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = _("change of a payment account")
        verbose_name_plural = _("changes of payment accounts")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(state=ChangeState.PENDING), name="one_pending_change_per_account"
            ),
            models.CheckConstraint(
                condition=Q(told_at=None, due_at=None) | Q(told_at__isnull=False, due_at__isnull=False),
                name="change_is_due_once_it_is_told",
            ),
            models.CheckConstraint(
                condition=~Q(state=ChangeState.APPLIED) | Q(due_at__isnull=False, ended_at__gte=F("due_at")),
                name="change_is_applied_once_it_is_due",
            ),
            models.CheckConstraint(
                condition=Q(state=ChangeState.PENDING, ended_at=None)
                | ~Q(state=ChangeState.PENDING) & Q(ended_at__isnull=False, sealed=b""),
                name="change_that_ended_keeps_no_secret",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.state}"


class PaymentState(models.TextChoices):
    OFFERED = "offered", _("Waits for the purchaser")
    SENT = "sent", _("Asked of the gateway")
    AUTHORISED = "authorised", _("Authorised")
    DECLINED = "declined", _("Declined")
    CAPTURING = "capturing", _("Capture asked of the gateway")
    CAPTURED = "captured", _("Captured")
    CAPTURE_FAILED = "capture_failed", _("Capture failed")
    VOIDING = "voiding", _("Release asked of the gateway")
    RELEASED = "released", _("Released")


# States in which money is, or may be, on its way to the provider: one such payment per reference. An offered one waits
# for its purchaser, who may turn to another rail instead, or let the order lapse.
LIVE_PAYMENTS = (
    PaymentState.OFFERED,
    PaymentState.SENT,
    PaymentState.AUTHORISED,
    PaymentState.CAPTURING,
    PaymentState.CAPTURED,
    PaymentState.CAPTURE_FAILED,
)
# States in which a gateway's answer may still be needed to know where the money is.
UNDER_WAY = (PaymentState.SENT, PaymentState.AUTHORISED, PaymentState.CAPTURING, PaymentState.VOIDING)


class Payment(models.Model):
    """One attempt to pay an amount. Its key is the gateway's order id, and names every call about it.

    `reference` is the payer's, and says what is paid; of payments with the same one at most one is live.
    """

    reference = models.CharField(_("reference"), max_length=40)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, verbose_name=_("payment account"))
    key = models.UUIDField(_("key"), unique=True, default=uuid.uuid4, editable=False)
    state = models.CharField(_("state"), max_length=16, choices=PaymentState.choices, default=PaymentState.SENT)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=3)
    currency = models.CharField(_("currency"), max_length=3)
    gateway_id = models.CharField(_("number at the gateway"), max_length=60, blank=True)
    code = models.CharField(_("reason"), max_length=60, blank=True, help_text=_("The gateway's reason, for machines."))
    sent_at = models.DateTimeField(_("sent at"))
    checked_at = models.DateTimeField(_("last looked up at"))

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        indexes: ClassVar = [
            models.Index(fields=["state", "checked_at"], name="payment_work"),
            models.Index(fields=["reference"], name="payment_by_reference"),
            models.Index(fields=["sent_at"], name="payment_by_day"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["reference"], condition=Q(state__in=LIVE_PAYMENTS), name="one_live_payment_per_reference"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_has_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.key}"


class Notification(models.Model):
    """What a gateway told us, once it was proven to be the gateway's. A hint to look, and a trace for whoever asks why.

    `said` is the body without anything about people, and `digest` the SHA-256 of the body as it came.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, verbose_name=_("payment account"))
    number = models.CharField(_("number at the gateway"), max_length=120)
    kind = models.CharField(_("kind"), max_length=80)
    reference = models.CharField(_("reference"), max_length=127, blank=True)
    said = models.JSONField(_("what it says"))
    digest = models.CharField(_("digest"), max_length=64)
    arrived_at = models.DateTimeField(_("arrived at"))

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        indexes: ClassVar = [models.Index(fields=["reference"], name="notification_by_reference")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "number"], name="one_notification_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class PaymentEvent(models.Model):
    """What was asked of a gateway and what it answered: an append-only ledger from which balances are derived.

    `amount` is what the event itself is about, in the payment's currency: of a partial refund that part. The database
    refuses to change or delete any, and to give back more than came (`migrations/0005_ledger.py`).
    """

    class Action(models.TextChoices):
        AUTHORISE = "authorise", _("Authorise")
        CAPTURE = "capture", _("Capture")
        VOID = "void", _("Release")
        FIND = "find", _("Look up")
        RECEIPT = "receipt", _("Money received")  # a transfer's money came
        REVERSAL = "reversal", _("Reversal")  # money did not come after all: refused at settlement, or taken back
        REFUND = "refund", _("Refund")
        CHARGEBACK = "chargeback", _("Chargeback")
        RECOVERY = "recovery", _("Back again")  # what went back came again: a refund that failed, a dispute won

    class Result(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        SUCCEEDED = "succeeded", _("Succeeded")
        FAILED = "failed", _("Failed")
        PENDING = "pending", _("Pending")
        UNKNOWN = "unknown", _("Unknown")

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, verbose_name=_("payment"), related_name="events")
    action = models.CharField(_("action"), max_length=12, choices=Action.choices)
    result = models.CharField(_("result"), max_length=12, choices=Result.choices)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=3)
    code = models.CharField(_("reason"), max_length=60, blank=True)
    happened_at = models.DateTimeField(_("happened at"))

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = _("payment event")
        verbose_name_plural = _("payment events")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_event_has_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id} {self.action} {self.result}"


class RefundState(models.TextChoices):
    REQUESTED = "requested", _("Asked for")
    SENT = "sent", _("Asked of the gateway")
    PENDING = "pending", _("Pending")
    DONE = "done", _("Given back")
    FAILED = "failed", _("Failed")


# Refunds whose money is, or may be, on its way back: it can be given back no second time.
OPEN_REFUNDS = (RefundState.REQUESTED, RefundState.SENT, RefundState.PENDING)


class Refund(models.Model):
    """Money of a payment that goes back to its payer, all of it or a part. Its key names every call about it.

    Where no gateway can give it back the provider did so at its bank: then it is DONE from the beginning, and says on
    which day and under which reference.
    """

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, verbose_name=_("payment"), related_name="refunds")
    key = models.UUIDField(_("key"), unique=True, default=uuid.uuid4, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=RefundState.choices, default=RefundState.REQUESTED)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=3)
    asked_by = models.BigIntegerField(_("asked for by"), help_text=_("The number of a person's account."))
    note = models.CharField(_("why"), max_length=300)
    paid_back_on = models.DateField(_("paid back on"), null=True, blank=True)
    bank_reference = models.CharField(_("the bank's reference"), max_length=70, blank=True)
    gateway_id = models.CharField(_("number at the gateway"), max_length=60, blank=True)
    code = models.CharField(_("reason"), max_length=60, blank=True, help_text=_("The gateway's reason, for machines."))
    asked_at = models.DateTimeField(_("asked for at"))
    sent_at = models.DateTimeField(_("sent at"), null=True)
    checked_at = models.DateTimeField(_("last looked up at"))

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        default_permissions = ("add", "view")
        indexes: ClassVar = [models.Index(fields=["state", "checked_at"], name="refund_work")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_has_amount"),
            models.CheckConstraint(
                condition=Q(paid_back_on=None, bank_reference="")
                | (Q(paid_back_on__isnull=False, state=RefundState.DONE) & ~Q(bank_reference="")),
                name="refund_by_hand_says_when_and_how",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id} {self.key}"


class DisputeState(models.TextChoices):
    OPEN = "open", _("Opened")
    SENDING = "sending", _("Evidence is being sent")
    CONCEDING = "conceding", _("Is being given in to")
    ANSWERED = "answered", _("Under review")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")


class Dispute(models.Model):
    """Money of a payment that its payer wants back, through a bank or a gateway. `number` is the gateway's name of it.

    `booked` is how much of it stands in the ledger as gone.
    """

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, verbose_name=_("payment"), related_name="disputes")
    number = models.CharField(_("number at the gateway"), max_length=60)
    state = models.CharField(_("state"), max_length=12, choices=DisputeState.choices, default=DisputeState.OPEN)
    kind = models.CharField(_("kind"), max_length=30, blank=True, help_text=_("The gateway's word, for machines."))
    reason = models.CharField(
        _("reason"), max_length=60, blank=True, help_text=_("The gateway's reason, for machines.")
    )
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=3)
    booked = models.DecimalField(_("amount that is gone"), max_digits=20, decimal_places=3, default=0)
    reply_by = models.DateField(_("evidence until"), null=True)
    answered_by = models.BigIntegerField(_("answered by"), null=True, help_text=_("The number of a person's account."))
    code = models.CharField(_("why evidence was refused"), max_length=60, blank=True)
    opened_at = models.DateTimeField(_("opened at"))
    checked_at = models.DateTimeField(_("last looked up at"))

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        default_permissions = ("view",)
        permissions: ClassVar = [("answer_dispute", "Can answer disputes")]
        indexes: ClassVar = [models.Index(fields=["state", "checked_at"], name="dispute_work")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["payment", "number"], name="dispute_is_known_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="dispute_has_amount"),
            models.CheckConstraint(condition=Q(booked__gte=0), name="dispute_books_no_less_than_nothing"),
        ]

    def __str__(self) -> str:
        return self.number
