"""Accounts, the blocks of units in them, and every transaction that ever moved a unit."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class AccountKind(models.TextChoices):
    HOLDING = "holding", _("Holding account")
    CANCELLATION = "cancellation", _("Cancellation account")


class Account(models.Model):
    """A place for units. What enters a cancellation account never leaves it."""

    identifier = models.CharField(max_length=60, primary_key=True)
    kind = models.CharField(max_length=12, choices=AccountKind.choices)
    holder_name = models.CharField(max_length=200)
    opened_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["identifier"]

    def __str__(self) -> str:
        return self.identifier


class Series(models.Model):
    """A space in which serial numbers are unique, for example `IN-5`. Units are issued under the lock of its row."""

    name = models.CharField(max_length=60, primary_key=True)

    class Meta:
        ordering: ClassVar = ["name"]
        verbose_name_plural = "series"

    def __str__(self) -> str:
        return self.name


class UnitBlockQuerySet(models.QuerySet["UnitBlock"]):
    def of_issuance(self, series: str, issuance_start: int, issuance_end: int) -> Self:
        """Narrow to the units of one issuance block, wherever they lie."""
        return self.filter(series_id=series, issuance_start=issuance_start, issuance_end=issuance_end)


class UnitBlock(models.Model):
    """Consecutive units of one issuance that lie in one account now.

    Blocks are split as units move. They never vanish: cancelled units stay as blocks of the cancellation account, so
    the blocks of a series always add up to what was issued in it. The issuance is named by the serials it was issued
    with; the database refuses a block that leaves it and two blocks that start or end alike.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="blocks")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="blocks", db_index=False)
    issuance_start = models.BigIntegerField()
    issuance_end = models.BigIntegerField()
    serial_start = models.BigIntegerField()
    serial_end = models.BigIntegerField()

    objects = UnitBlockQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["series", "serial_start"]
        indexes: ClassVar = [
            models.Index(fields=["account", "series", "issuance_start", "serial_start"], name="ledger_lowest_first"),
            models.Index(fields=["series", "issuance_start"], name="ledger_issuance"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(serial_end__gte=F("serial_start")), name="ledger_block_has_units"),
            models.CheckConstraint(
                condition=Q(serial_start__gte=F("issuance_start")) & Q(serial_end__lte=F("issuance_end")),
                name="ledger_block_within_issuance",
            ),
            models.UniqueConstraint(fields=["series", "serial_start"], name="ledger_block_start_once"),
            models.UniqueConstraint(fields=["series", "serial_end"], name="ledger_block_end_once"),
        ]

    def __str__(self) -> str:
        return f"{self.series_id} {self.serial_start}-{self.serial_end}"


class TransactionKind(models.TextChoices):
    ISSUE = "issue", _("Issuance")
    FORWARD = "forward", _("Forwarding")
    CANCEL = "cancel", _("Voluntary cancellation")


class Transaction(models.Model):
    """One request and its final answer. Completed if `refusal_code` is empty, refused otherwise; never changed after.

    `digest` is the fingerprint of the request, so that a reference used again can be told from one repeated.
    """

    number = models.CharField(max_length=20, unique=True)
    reference = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=8, choices=TransactionKind.choices)
    digest = models.CharField(max_length=64)
    series_name = models.CharField(max_length=60)
    quantity = models.PositiveBigIntegerField()
    purpose = models.TextField(blank=True)
    beneficiary = models.TextField(blank=True)
    completed_at = models.DateTimeField()
    refusal_code = models.CharField(max_length=40, blank=True)
    refusal_text = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(fields=["completed_at", "id"], condition=Q(kind="cancel"), name="ledger_cancelled_when"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="ledger_transaction_of_whole_units"),
        ]

    def __str__(self) -> str:
        return self.number


class Movement(models.Model):
    """One side and the other of a double entry: these units left `source` and came to `destination`.

    Units come from nowhere only when they are issued.
    """

    transaction = models.ForeignKey(Transaction, on_delete=models.PROTECT, related_name="movements")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="movements", db_index=False)
    serial_start = models.BigIntegerField()
    serial_end = models.BigIntegerField()
    source = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="movements_out", null=True)
    destination = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="movements_in")

    class Meta:
        ordering: ClassVar = ["transaction", "serial_start"]
        indexes: ClassVar = [models.Index(fields=["series", "serial_start"], name="ledger_life_of_a_unit")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(serial_end__gte=F("serial_start")), name="ledger_movement_has_units"),
            models.CheckConstraint(
                condition=Q(source__isnull=True) | ~Q(source=F("destination")), name="ledger_movement_goes_somewhere"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series_id} {self.serial_start}-{self.serial_end}"
