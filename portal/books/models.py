"""What reconciliations found, written by `service.py` alone; and what people did about what our books did not know,
written by `clearing.py` alone."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.books.comparison import Sort
from portal.books.words import NAMES
from portal.payments.models import Account
from portal.providers.models import Provider


class ReconciliationState(models.TextChoices):
    RUNNING = "running", _("under way")
    DONE = "done", _("done")
    BROKEN_OFF = "broken_off", _("broken off")


class Reconciliation(models.Model):
    """Our books beside those of gateways, banks and registry, day by day: from `first_day` to `last_day`.

    One of them runs at a time. It is `whole` where it was about all providers, and left out no day since the one before
    that was whole: only such a one can say that the books agree.
    """

    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    provider = models.ForeignKey(Provider, models.CASCADE, null=True, blank=True, verbose_name=_("provider"))
    whole = models.BooleanField(_("all of it"))
    state = models.CharField(
        _("state"), max_length=12, choices=ReconciliationState.choices, default=ReconciliationState.RUNNING
    )
    days_read = models.PositiveIntegerField(_("days read"), default=0)
    found = models.PositiveIntegerField(_("differences"), default=0)
    began_at = models.DateTimeField(_("began at"))
    seen_at = models.DateTimeField(_("last seen at work at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name = _("reconciliation")
        verbose_name_plural = _("reconciliations")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="running"), name="one_reconciliation_runs"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="reconciliation_has_days"),
            models.CheckConstraint(condition=Q(whole=False) | Q(provider=None), name="reconciliation_whole_is_of_all"),
            models.CheckConstraint(
                condition=Q(state="running", ended_at=None) | (~Q(state="running") & Q(ended_at__isnull=False)),
                name="reconciliation_ended_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day}"

    @property
    def days(self) -> int:
        return (self.last_day - self.first_day).days + 1


class Discrepancy(models.Model):
    """One thing about which two books disagreed when a reconciliation read them. What each sort means is in `words`."""

    reconciliation = models.ForeignKey(
        Reconciliation, models.CASCADE, related_name="discrepancies", verbose_name=_("reconciliation")
    )
    sort = models.CharField(_("what it is"), max_length=24, choices=[(each.value, NAMES[each]) for each in Sort])
    provider_name = models.CharField(_("provider"), max_length=160, blank=True)
    account = models.ForeignKey(Account, models.SET_NULL, null=True, verbose_name=_("payment account"))
    number = models.CharField(_("number"), max_length=100)
    reference = models.CharField(_("order"), max_length=40, blank=True)
    key = models.CharField(_("key"), max_length=127, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=23, decimal_places=5, null=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    ours = models.CharField(_("we say"), max_length=120, blank=True)
    theirs = models.CharField(_("they say"), max_length=300, blank=True)
    at = models.DateTimeField(_("time"))

    class Meta:
        ordering: ClassVar = ["at", "id"]
        verbose_name = _("discrepancy")
        verbose_name_plural = _("discrepancies")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reconciliation", "sort", "number", "key"], name="discrepancy_once"),
        ]

    def __str__(self) -> str:
        return f"{self.sort} {self.number}"


class Action(models.TextChoices):
    REBUILT = "rebuilt", _("order rebuilt")
    RELEASED = "released", _("money released")
    PAID_BACK = "paid_back", _("money paid back")
    EXPLAINED = "explained", _("explained")


class Clearing(models.Model):
    """What somebody did about something that our books did not know: once, and kept. `subject` is its key or number.

    `key` names what was asked of a gateway for it. It is begun before anything is done, and `done_at` afterwards.
    """

    subject = models.CharField(_("number"), max_length=127, unique=True)
    sort = models.CharField(_("what it is"), max_length=24, choices=[(each.value, NAMES[each]) for each in Sort])
    action = models.CharField(_("what was done"), max_length=12, choices=Action.choices)
    key = models.UUIDField(_("key"), unique=True)
    reference = models.CharField(_("order"), max_length=40, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=23, decimal_places=5, null=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    why = models.CharField(_("why"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    begun_at = models.DateTimeField(_("began at"))
    done_at = models.DateTimeField(_("done at"), null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name = _("clearing")
        verbose_name_plural = _("clearings")
        default_permissions = ("view",)
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(why=""), name="clearing_says_why")]

    def __str__(self) -> str:
        return f"{self.subject} {self.action}"
