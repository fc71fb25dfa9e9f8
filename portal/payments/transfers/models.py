"""Banks that providers are paid at, transfers that purchasers were asked for, and what banks say of their accounts.

Bank accounts are written by `banks.py`, requests and arrivals by `service.py`, uploaded statements by `uploads.py`, and
what became of their entries by `entries.py`.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.payments.models import Account, Payment

DAYS_TO_PAY = 10


class BankAccount(models.Model):
    """Where a provider is paid by transfer: its own account at its own bank, as purchasers are told it.

    `number` is for countries without IBANs, and for banks whose files name an account by it. `days` are how long a
    purchaser has to pay. With `is_automatic` an exact match pays an order by itself; without it a person clicks.
    """

    account = models.OneToOneField(Account, models.CASCADE, related_name="bank", verbose_name=_("payment account"))
    holder = models.CharField(_("account holder"), max_length=70)
    iban = models.CharField(_("IBAN"), max_length=34, blank=True)
    number = models.CharField(_("account number"), max_length=40, blank=True)
    bic = models.CharField(_("BIC"), max_length=11, blank=True)
    bank_name = models.CharField(_("bank"), max_length=140)
    bank_address = models.CharField(_("address of the bank"), max_length=300, blank=True)
    intermediary = models.CharField(
        _("intermediary bank"), max_length=300, blank=True, help_text=_("Its name and BIC, where transfers need one.")
    )
    columns = models.JSONField(_("columns of its CSV files"), null=True, blank=True)
    days = models.PositiveSmallIntegerField(_("days to pay"), default=DAYS_TO_PAY)
    is_automatic = models.BooleanField(_("exact matches pay orders by themselves"), default=True)
    second_person_from = models.DecimalField(
        _("a second person confirms from"), max_digits=20, decimal_places=3, null=True, blank=True
    )

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(iban="") | ~Q(number=""), name="bank_account_has_a_number"),
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=60), name="bank_account_gives_days"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.bank_name}"

    @property
    def names(self) -> list[str]:
        """How files may name the account."""
        return [name for name in (self.iban, self.number) if name]


class TransferRequest(models.Model):
    """A purchaser was asked to transfer money, with a reference that is nobody else's for ever.

    `payment` is the latest attempt to pay the same by transfer, and `asked_at` when that began.
    """

    reference = models.CharField(_("reference"), max_length=40, unique=True)
    rf = models.CharField(_("reference on the transfer"), max_length=25, unique=True)
    bank = models.ForeignKey(BankAccount, models.PROTECT, related_name="requests", verbose_name=_("bank account"))
    payment = models.OneToOneField(Payment, models.PROTECT, related_name="transfer", verbose_name=_("payment"))
    payer = models.CharField(_("purchaser"), max_length=256, blank=True)
    asked_at = models.DateTimeField(_("asked at"))

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name = _("requested transfer")
        verbose_name_plural = _("requested transfers")

    def __str__(self) -> str:
        return self.rf


class Arrival(models.Model):
    """Money that somebody says has come for a request: a person of the provider, or an entry of a statement.

    It counts once it is `counted_at`. Above a threshold that needs a second person, who is never the first.
    """

    request = models.ForeignKey(TransferRequest, models.PROTECT, related_name="arrivals", verbose_name=_("request"))
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=3)
    currency = models.CharField(_("currency"), max_length=3)
    value_date = models.DateField(_("value date"))
    bank_reference = models.CharField(_("reference of the bank"), max_length=140, blank=True)
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("confirmed by"),
    )
    said_at = models.DateTimeField(_("confirmed at"))
    seconded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("second person"),
    )
    counted_at = models.DateTimeField(_("counted at"), null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = _("money that came")
        verbose_name_plural = _("money that came")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="arrival_has_amount"),
            models.CheckConstraint(
                condition=Q(seconded_by=None) | ~Q(seconded_by=F("said_by")), name="arrival_has_two_people"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.amount} {self.currency}"


class StatementState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    WORKING = "working", _("being read")
    DONE = "done", _("done")
    REFUSED = "refused", _("could not be read")


class BankStatement(models.Model):
    """A file of a bank that a provider uploaded. Its content is kept in parts until it has been worked off.

    The same file again is the same statement. `problem` says why a file was refused; then nothing of it counts.
    """

    bank = models.ForeignKey(BankAccount, models.PROTECT, related_name="statements", verbose_name=_("bank account"))
    digest = models.CharField(_("digest"), max_length=64)
    name = models.CharField(_("file"), max_length=120)
    size = models.PositiveBigIntegerField(_("bytes"))
    state = models.CharField(_("state"), max_length=8, choices=StatementState.choices, default=StatementState.WAITING)
    entries = models.PositiveIntegerField(_("entries"), default=0)
    worked_off = models.PositiveIntegerField(_("entries worked off"), default=0)
    problem = models.JSONField(_("problem"), null=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded at"))
    claimed_at = models.DateTimeField(_("claimed at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name = _("bank statement")
        verbose_name_plural = _("bank statements")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bank", "digest"], name="bank_statement_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["claimed_at"],
                name="bank_statement_to_do",
                condition=Q(state__in=[StatementState.WAITING, StatementState.WORKING]),
            )
        ]

    def __str__(self) -> str:
        return self.name


class StatementPart(models.Model):
    """A part of an uploaded file, of `uploads.PART` bytes or, at its end, less. Gone once the file is worked off."""

    statement = models.ForeignKey(BankStatement, models.CASCADE, related_name="parts", verbose_name=_("bank statement"))
    number = models.PositiveIntegerField(_("number"))
    content = models.BinaryField(_("content"))

    class Meta:
        ordering: ClassVar = ["statement", "number"]
        verbose_name = _("part of a bank statement")
        verbose_name_plural = _("parts of bank statements")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["statement", "number"], name="statement_part_once"),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id} {self.number}"


class StatementEntry(models.Model):
    """An entry of a statement that is, or may be, about a purchase, and what became of it. Others are not kept.

    `meaning` is one of `matching.Meaning`, and `choice` of `remedies.Remedy`: what was done about it. `arrival` is the
    money that it counts as. Until `handled_at` it stands in the queue of the provider's people. Money that they decide
    to pay back says, once they have, on which day and under which reference of the bank.
    """

    bank = models.ForeignKey(BankAccount, models.PROTECT, related_name="entries", verbose_name=_("bank account"))
    statement = models.ForeignKey(
        BankStatement, models.PROTECT, related_name="kept_entries", verbose_name=_("bank statement")
    )
    import_id = models.CharField(_("import id"), max_length=64)
    bank_statement_name = models.CharField(_("the bank's name for the statement"), max_length=140, blank=True)
    bank_reference = models.CharField(_("reference of the bank"), max_length=140, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=23, decimal_places=5)
    currency = models.CharField(_("currency"), max_length=3)
    is_credit = models.BooleanField(_("money came"))
    is_reversal = models.BooleanField(_("undone by the bank"))
    is_certain = models.BooleanField(_("the amount is certain"))
    value_date = models.DateField(_("value date"))
    payer = models.CharField(_("payer"), max_length=300, blank=True)
    text = models.TextField(_("written on the transfer"), blank=True)
    meaning = models.CharField(_("meaning"), max_length=16)
    difference = models.DecimalField(_("difference"), max_digits=23, decimal_places=5, default=0)
    request = models.ForeignKey(
        TransferRequest, models.PROTECT, null=True, related_name="entries", verbose_name=_("request")
    )
    candidates = models.JSONField(_("may be for"), default=list)
    arrival = models.OneToOneField(
        Arrival, models.PROTECT, null=True, related_name="entry", verbose_name=_("money that came")
    )
    choice = models.CharField(_("what was done"), max_length=12, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("handled by")
    )
    handled_at = models.DateTimeField(_("handled at"), null=True)
    paid_back_on = models.DateField(_("paid back on"), null=True)
    paid_back_reference = models.CharField(_("reference of paying it back"), max_length=70, blank=True)
    paid_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("written down by")
    )
    created_at = models.DateTimeField(_("read at"))

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name = _("entry of a bank statement")
        verbose_name_plural = _("entries of bank statements")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bank", "import_id"], name="statement_entry_once"),
            models.CheckConstraint(
                condition=Q(handled_at=None, choice="") | Q(handled_at__isnull=False) & ~Q(choice=""),
                name="statement_entry_handled_says_how",
            ),
            models.CheckConstraint(
                condition=Q(paid_back_on=None, paid_back_reference="", paid_back_by=None)
                | Q(paid_back_on__isnull=False, paid_back_by__isnull=False, choice="pay_back")
                & ~Q(paid_back_reference=""),
                name="statement_entry_paid_back_says_when",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["bank", "id"], condition=Q(handled_at=None), name="statement_entry_queue"),
            models.Index(
                fields=["bank", "id"],
                condition=Q(choice="pay_back", paid_back_on=None),
                name="statement_entry_to_pay_back",
            ),
            models.Index(fields=["created_at"], name="statement_entry_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} {self.meaning}"
