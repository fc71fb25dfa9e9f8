"""Tables that somebody uploaded, in slices. Slices are the queue: whoever claims one calculates it."""

from typing import ClassVar

from django.core import signing
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


def signer() -> signing.Signer:
    """Return who signs the addresses of tables: with the key of now, and reading those of earlier ones."""
    return signing.Signer(salt="portal.calculators.batches", sep=".")


class SliceState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    WORKING = "working", _("being calculated")
    DONE = "done", _("done")
    FAILED = "failed", _("given up")


ENDED = (SliceState.DONE, SliceState.FAILED)


class Batch(models.Model):
    """One table. Whoever has its address may see it; it is deleted after some days."""

    token = models.CharField(_("secret address"), max_length=32, unique=True, editable=False)
    calculator = models.CharField(_("calculator"), max_length=100)
    sender = models.CharField(
        _("sender"),
        max_length=24,
        blank=True,
        default="",
        db_index=True,
        help_text=_("A digest of the address it came from."),
    )
    file_name = models.CharField(_("file"), max_length=120)
    language = models.CharField(_("language"), max_length=10)
    separator = models.CharField(_("separator"), max_length=1)
    header = models.JSONField(_("names of the columns"))
    unused = models.JSONField(_("columns that answer no question"), default=list)
    rows = models.PositiveIntegerField(_("rows"))
    size = models.PositiveIntegerField(_("bytes"), default=0)
    factor_set = models.CharField(_("factor set"), max_length=60)
    created_at = models.DateTimeField(_("uploaded"), db_index=True)

    class Meta:
        verbose_name = _("table of rows")
        verbose_name_plural = _("tables of rows")
        ordering: ClassVar = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.calculator} {self.token}"

    def get_absolute_url(self) -> str:
        return reverse("batch", args=[self.address])

    @property
    def address(self) -> str:
        """Return the token as it stands in addresses: signed, so that nobody tries others."""
        return signer().sign(self.token)


class BatchSlice(models.Model):
    """Some rows of a table: as they came, and as CSV with their result. `kg` is exact, hence a text."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="slices", verbose_name=_("table"))
    number = models.PositiveIntegerField(_("number"))
    count = models.PositiveIntegerField(_("rows"))
    source = models.JSONField(_("cells"))
    state = models.CharField(_("state"), max_length=8, choices=SliceState.choices, default=SliceState.WAITING)
    claimed_at = models.DateTimeField(_("claimed"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    result = models.TextField(_("result"), blank=True)
    kg = models.CharField(_("kg CO2 equivalent"), max_length=60, default="0")
    wrong = models.PositiveIntegerField(_("rows with mistakes"), default=0)

    class Meta:
        verbose_name = _("slice of a table")
        verbose_name_plural = _("slices of tables")
        ordering: ClassVar = ["batch", "number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["batch", "number"], name="slice_stands_once")]
        indexes: ClassVar = [
            models.Index(
                fields=["state", "claimed_at"],
                name="slices_to_do",
                condition=models.Q(state__in=[SliceState.WAITING, SliceState.WORKING]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.number}"
