"""What the portal knows of activities and their units, what it cancelled, and what it published of that for ever."""

from dataclasses import fields
from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.registry.lookups import Finds
from portal.registry.serials import A64Serial, KyotoSerial, SerialBlock, a64_series, kyoto_series, printed
from portal.registry.statement import LONGEST_PERIOD, Statement
from portal.registry.vocabulary import ARTICLE_6_4_UNITS, Beneficiary, Purpose, Technology, UnitType

models.TextField.register_lookup(Finds)


class Activity(models.Model):
    """A mitigation activity as the registry knows it: a CDM project, a programme of activities, an A6.4 activity."""

    code = models.CharField(_("activity number"), max_length=24, unique=True, help_text=_("For example CDM-0033."))
    number = models.PositiveIntegerField(_("number in its mechanism"))
    is_programme = models.BooleanField(_("programme of activities"), default=False)
    title = models.CharField(_("registered title"), max_length=300)
    host_country = models.CharField(_("host country"), max_length=2, db_index=True)
    scope = models.PositiveSmallIntegerField(_("sectoral scope"))
    sector = models.CharField(_("sector"), max_length=160)
    technology = models.CharField(_("technology type"), max_length=40, choices=Technology.choices, db_index=True)
    subtype = models.CharField(_("technology subtype"), max_length=80, blank=True)
    methodologies = models.CharField(_("methodologies"), max_length=160, blank=True)
    crediting_start_date = models.DateField(_("crediting period starts"), null=True, blank=True)
    crediting_end_date = models.DateField(_("crediting period ends"), null=True, blank=True)
    validation_body = models.CharField(_("validated by"), max_length=160, blank=True)
    is_sample = models.BooleanField(_("sample data"), default=False)

    class Meta:
        ordering: ClassVar = ["code"]
        verbose_name = _("activity")
        verbose_name_plural = _("activities")

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def name_in_serials(self) -> str:
        """What the serial numbers of A6.4ERs call it: its code without the name of the mechanism."""
        return self.code.removeprefix("A64-")

    def series(self, *, unit_type: str, vintage_year: int) -> str:
        """Name the series in which its units of a type are numbered. Raises SerialError if none can be printed."""
        if unit_type in ARTICLE_6_4_UNITS:
            return a64_series(party=self.host_country, activity=self.name_in_serials, vintage_year=vintage_year)
        return kyoto_series(party=self.host_country, unit_type=unit_type)


class IssuanceBlock(models.Model):
    """The units of one issuance, as the registry names them: what a listing offers and a cancellation takes from.

    `series` is the space in which serial numbers are unique: host Party and unit type for Kyoto units, activity and
    vintage for A6.4ERs.
    """

    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, verbose_name=_("activity"), related_name="issuance_blocks"
    )
    unit_type = models.CharField(_("unit type"), max_length=4, choices=UnitType.choices, db_index=True)
    series = models.CharField(_("series"), max_length=60)
    serial_start = models.BigIntegerField(_("first serial number"))
    serial_end = models.BigIntegerField(_("last serial number"))
    commitment_period = models.PositiveSmallIntegerField(_("commitment period"), null=True, blank=True)
    vintage_year = models.PositiveSmallIntegerField(_("vintage year"))
    monitoring_start_date = models.DateField(_("monitored from"), null=True, blank=True)
    monitoring_end_date = models.DateField(_("monitored to"), null=True, blank=True)
    issued_date = models.DateField(_("issued on"), null=True, blank=True)
    mcu_status = models.CharField(_("MCU status"), max_length=3, blank=True, help_text=_("PI or NPI."))
    authorised_uses = models.CharField(_("authorized uses"), max_length=3, blank=True, help_text=_("N, I, O."))
    conditions = models.CharField(_("conditions"), max_length=2, blank=True, help_text=_("C or NC."))
    is_first_transferred = models.BooleanField(_("first transferred"), default=False)
    authorisation_id = models.CharField(_("authorization"), max_length=60, blank=True)
    authorisation_date = models.DateField(_("authorized on"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["series", "serial_start"]
        verbose_name = _("issuance block")
        verbose_name_plural = _("issuance blocks")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(serial_end__gte=F("serial_start")), name="issuance_block_has_units"),
            models.UniqueConstraint(fields=["series", "serial_start"], name="issuance_block_once"),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.serial_start}-{self.serial_end}"

    @property
    def last_day(self) -> date | None:
        """The last day, in UTC, on which its units can be cancelled; None if no end is set."""
        return UnitType(self.unit_type).last_day

    def printed(self, block: SerialBlock | None = None) -> tuple[str, str]:
        """Print the first and last serial number of a part of this block, or of the whole."""
        return printed(self._example(), block or SerialBlock(self.serial_start, self.serial_end))

    def _example(self) -> KyotoSerial | A64Serial:
        """Return one unit of this block by its full identity; all the others differ in the serial number alone."""
        activity = self.activity
        if self.unit_type in ARTICLE_6_4_UNITS:
            return A64Serial(
                party=activity.host_country,
                activity=activity.name_in_serials,
                vintage_year=self.vintage_year,
                serial=self.serial_start,
            )
        return KyotoSerial(
            party=activity.host_country,
            unit_type=self.unit_type,
            serial=self.serial_start,
            original_period=self.commitment_period or 1,
            applicable_period=self.commitment_period or 1,
            lulucf=0 if self.unit_type == UnitType.CER else 1,  # 1: afforestation and reforestation
            activity=activity.number,
        )


class HandoverState(models.TextChoices):
    PROPOSED = "proposed", _("Waits for a second person")
    APPROVED = "approved", _("Asked of the registry")
    DONE = "done", pgettext_lazy("state of a handover", "Done")
    DECLINED = "declined", pgettext_lazy("state of a handover", "Not approved")
    REFUSED = "refused", _("Refused by the registry")


# States in which units belong, or may soon belong, to an account by a handover.
STANDING_HANDOVERS = (HandoverState.PROPOSED, HandoverState.APPROVED, HandoverState.DONE)


class Handover(models.Model):
    """Units of one issuance that the embedded registry is to bring into being and hand to an account.

    One person enters it, another approves it, and the registry hears nothing of it before; the database insists.
    """

    issuance_block = models.ForeignKey(
        IssuanceBlock, on_delete=models.PROTECT, verbose_name=_("issuance block"), related_name="handovers"
    )
    account = models.CharField(_("registry account"), max_length=60)
    holder = models.CharField(_("holder"), max_length=160)
    serial_start = models.BigIntegerField(_("first serial number"))
    serial_end = models.BigIntegerField(_("last serial number"))
    evidence = models.CharField(
        _("evidence"), max_length=300, help_text=_("Where a second person finds proof, such as the issuance report.")
    )
    state = models.CharField(
        _("state"), max_length=12, choices=HandoverState.choices, default=HandoverState.PROPOSED, editable=False
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by"), editable=False
    )
    entered_at = models.DateTimeField(_("entered at"), editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)
    reason = models.CharField(_("reason"), max_length=300, blank=True, editable=False)

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name = _("handover of units")
        verbose_name_plural = _("handovers of units")
        default_permissions = ("add", "view")
        permissions: ClassVar = [("approve_handover", "Can approve handover of units")]  # English, as Django's own are
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(serial_end__gte=F("serial_start")), name="handover_has_units"),
            models.CheckConstraint(
                condition=Q(state__in=("proposed", "declined"))
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("entered_by"))),
                name="handover_takes_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.issuance_block.series} {self.serial_start}-{self.serial_end}"

    @property
    def quantity(self) -> int:
        """How many units, tonnes CO2 equivalent."""
        return self.serial_end - self.serial_start + 1


class Stated(models.Model):
    """The columns of what a purchaser says in public: one for each field of `Statement`, under the same name."""

    beneficiary_name = models.CharField(_("beneficiary"), max_length=256, blank=True)
    beneficiary_type = models.CharField(
        _("type of beneficiary"), max_length=12, choices=Beneficiary.choices, blank=True
    )
    beneficiary_country = models.CharField(_("beneficiary's country"), max_length=2, blank=True)
    purpose = models.CharField(_("purpose"), max_length=900, blank=True)
    preset_purpose = models.CharField(
        _("preset purpose"), max_length=20, choices=Purpose.choices, blank=True, default="", db_default=""
    )
    consumption_period = models.CharField(
        _("consumption period"), max_length=LONGEST_PERIOD, blank=True, default="", db_default=""
    )
    footprint = models.JSONField(
        _("calculated footprint"), null=True, blank=True, help_text=_("As the certificate states it, if it does.")
    )

    class Meta:
        abstract = True

    @property
    def statement(self) -> Statement:
        """All of it as one value."""
        return Statement.from_dict({each.name: getattr(self, each.name) for each in fields(Statement)})

    @property
    def our_purpose(self) -> str:
        """A preset purpose in the active language; empty if the words are the purchaser's own."""
        preset = Purpose.preset(self.preset_purpose)
        return str(preset.label) if preset else ""


class CancellationState(models.TextChoices):
    REQUESTED = "requested", _("Requested")
    WORKING = "working", _("Asked of the registry")
    DONE = "done", pgettext_lazy("state of a cancellation", "Cancelled")
    REFUSED = "refused", _("Refused by the registry")
    WITHDRAWN = "withdrawn", _("Withdrawn before it was asked for")


class Cancellation(Stated):
    """One request to take units out of circulation, idempotent by its reference from here to the registry.

    The registry is not asked for it any more from `not_after` on, until whoever requested it says otherwise.
    """

    reference = models.CharField(_("reference"), max_length=40, unique=True)
    issuance_block = models.ForeignKey(
        IssuanceBlock, on_delete=models.PROTECT, verbose_name=_("issuance block"), related_name="cancellations"
    )
    account = models.CharField(
        _("registry account"), max_length=60, help_text=_("Registry account that holds the units.")
    )
    quantity = models.PositiveBigIntegerField(_("units"))
    provider_name = models.CharField(_("provider"), max_length=160, blank=True)
    is_sample = models.BooleanField(
        _("sample data"), default=False, help_text=_("Offered by a sample provider, so the proof says so.")
    )
    locale = models.CharField(_("language"), max_length=8)
    state = models.CharField(
        _("state"), max_length=12, choices=CancellationState.choices, default=CancellationState.REQUESTED
    )
    requested_at = models.DateTimeField(_("requested at"))
    not_after = models.DateTimeField(_("not to be asked for after"), null=True)
    claimed_at = models.DateTimeField(_("asked of the registry at"), null=True)
    completed_at = models.DateTimeField(_("completed at"), null=True)
    transaction_number = models.CharField(_("registry transaction"), max_length=40, blank=True)
    refusal = models.CharField(_("reason of the refusal"), max_length=300, blank=True)
    certificate_code = models.CharField(_("lost certificate"), max_length=20, blank=True, default="", db_default="")

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name = _("cancellation")
        verbose_name_plural = _("cancellations")
        indexes: ClassVar = [
            models.Index(fields=["state", "claimed_at"], name="cancellation_work"),
            models.Index(fields=["completed_at"], name="cancellation_by_day"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="cancellation_of_whole_units"),
            models.UniqueConstraint(
                fields=["certificate_code"], condition=~Q(certificate_code=""), name="lost_certificate_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(completed_at__isnull=False), name="cancellation_done_has_time"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class CancelledBlock(models.Model):
    """Serial numbers that one cancellation took. The database refuses the same start twice in a series."""

    cancellation = models.ForeignKey(
        Cancellation, on_delete=models.PROTECT, verbose_name=_("cancellation"), related_name="blocks"
    )
    series = models.CharField(_("series"), max_length=60)
    serial_start = models.BigIntegerField(_("first serial number"))
    serial_end = models.BigIntegerField(_("last serial number"))

    class Meta:
        ordering: ClassVar = ["serial_start"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(serial_end__gte=F("serial_start")), name="cancelled_block_has_units"),
            models.UniqueConstraint(fields=["series", "serial_start"], name="cancelled_block_start_once"),
            models.UniqueConstraint(fields=["series", "serial_end"], name="cancelled_block_end_once"),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.serial_start}-{self.serial_end}"


class Certificate(models.Model):
    """The public proof of one cancellation. A correction is a new version under the same code."""

    cancellation = models.ForeignKey(
        Cancellation, on_delete=models.PROTECT, verbose_name=_("cancellation"), related_name="certificates"
    )
    code = models.CharField(_("code"), max_length=20)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    facts = models.JSONField(_("facts"), help_text=_("Exactly what the document is drawn from."))
    issued_at = models.DateTimeField(_("issued at"))

    class Meta:
        ordering: ClassVar = ["-issued_at", "-version"]
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "version"], name="certificate_version_once"),
            models.UniqueConstraint(fields=["cancellation", "version"], name="certificate_of_cancellation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"

    def get_absolute_url(self) -> str:
        return reverse("certificate", args=[self.code])


class LogEntry(Stated):
    """One line of the public history: facts copied at the time, joined to nothing that can change.

    `number` is gapless and in commit order, since the head row is bumped in the same transaction.
    """

    number = models.PositiveBigIntegerField(_("number"), unique=True)
    code = models.CharField(_("code"), max_length=20, unique=True)
    cancelled_at = models.DateTimeField(_("cancelled at"))
    activity_code = models.CharField(_("activity number"), max_length=24)
    activity_title = models.CharField(_("registered title"), max_length=300)
    host_country = models.CharField(_("host country"), max_length=2)
    technology = models.CharField(_("technology type"), max_length=40)
    unit_type = models.CharField(_("unit type"), max_length=4)
    quantity = models.PositiveBigIntegerField(_("units"))
    serials = models.JSONField(_("serial numbers"), help_text=_("Pairs of printed serial numbers: first and last."))
    is_sample = models.BooleanField(_("sample data"), default=False)
    words = models.TextField(_("words to find it by"), editable=False, default="", db_default="")

    class Meta:
        ordering: ClassVar = ["-number"]
        verbose_name = _("history entry")
        verbose_name_plural = _("history entries")
        indexes: ClassVar = [
            models.Index(fields=["host_country", "-number"], name="history_by_country"),
            models.Index(fields=["activity_code", "-number"], name="history_by_activity"),
            models.Index(fields=["unit_type", "-number"], name="history_by_unit_type"),
            models.Index(fields=["cancelled_at"], name="history_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.code}"

    @property
    def url(self) -> str:
        """Address of the certificate in the active language."""
        return reverse("certificate", args=[self.code])

    @property
    def unit_type_label(self) -> str:
        """Name of the unit type in the active language."""
        return str(UnitType(self.unit_type).label)


class LogHead(models.Model):
    """One row: the last number given out. Its row lock puts the history's numbers in commit order."""

    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.last)
