"""People, providers, what they offer, and what was ordered and paid. Written by `service.py` alone."""

import secrets
import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.registry.models import LONGEST_PERIOD, Beneficiary

# Crockford's alphabet: no I, L, O, U, so that a code read aloud or copied by hand stays the same.
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_token() -> str:
    """Return 128 random bits for an address that only its holder knows."""
    return secrets.token_urlsafe(16)


def new_reference() -> str:
    """Return a human-readable order reference of 50 random bits, such as T-7K4M9-QXD2F."""
    letters = "".join(secrets.choice(CODE_ALPHABET) for _i in range(10))
    return f"T-{letters[:5]}-{letters[5:]}"


def new_listing_code() -> str:
    """Return an opaque public id for a listing."""
    return "".join(secrets.choice(CODE_ALPHABET) for _i in range(8)).lower()


class UserManager(BaseUserManager["User"]):
    """Creates accounts that sign in by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})


class User(AbstractUser):
    """A person with an account, who signs in by e-mail address."""

    username = None  # type: ignore[assignment]  # Django's own way to drop an inherited field
    email = models.EmailField(_("e-mail address"), unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()  # type: ignore[assignment,misc]  # narrows the manager that AbstractUser declares

    def __str__(self) -> str:
        return self.email


class Provider(models.Model):
    """Who offers units and is paid. Payments go to the provider's own merchant account, never to the portal."""

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=160)
    country = models.CharField(_("country"), max_length=2)
    about = models.JSONField(_("about, by language"), default=dict, blank=True)
    registry_account = models.CharField(_("registry account"), max_length=60, unique=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="providers", blank=True)
    gateway_environment = models.CharField(
        _("payment environment"),
        max_length=12,
        choices=[("simulator", _("Simulator")), ("sandbox", _("Sandbox")), ("production", _("Production"))],
        default="simulator",
    )
    sealed_credentials = models.BinaryField(_("payment credentials, sealed"), default=bytes, blank=True, editable=False)
    hook_key = models.CharField(_("webhook key"), max_length=32, unique=True, default=new_token, editable=False)
    is_sample = models.BooleanField(_("sample data"), default=False)

    class Meta:
        ordering: ClassVar = ["name"]
        verbose_name = _("provider")
        verbose_name_plural = _("providers")

    def __str__(self) -> str:
        return self.name


class ListingQuerySet(models.QuerySet["Listing"]):
    def on_offer(self) -> "ListingQuerySet":
        """Listings that can be ordered from now."""
        return self.filter(is_open=True, units_left__gt=0)


class Listing(models.Model):
    """A provider's offer: units of one issuance block at a price. The database itself refuses overselling."""

    code = models.CharField(_("code"), max_length=12, unique=True, default=new_listing_code, editable=False)
    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, related_name="listings", verbose_name=_("provider")
    )
    issuance_block = models.ForeignKey(
        "registry.IssuanceBlock", on_delete=models.PROTECT, related_name="listings", verbose_name=_("issuance block")
    )
    unit_price = models.DecimalField(_("price per unit"), max_digits=14, decimal_places=3)
    currency = models.CharField(_("currency"), max_length=3)
    units_total = models.PositiveBigIntegerField(_("units offered"))
    units_left = models.PositiveBigIntegerField(_("units left"))
    is_open = models.BooleanField(_("on offer"), default=True)
    created_at = models.DateTimeField(_("offered since"), auto_now_add=True)

    objects = ListingQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(units_left__gte=0), name="listing_never_oversold"),
            models.CheckConstraint(condition=Q(units_left__lte=F("units_total")), name="listing_never_overfilled"),
            models.CheckConstraint(condition=Q(unit_price__gt=0), name="listing_has_price"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.units_left}/{self.units_total}"

    def get_absolute_url(self) -> str:
        return reverse("quantity", args=[self.code])


class Purpose(models.TextChoices):
    """Why units are cancelled: preset wordings, or the purchaser's own. None of them claims neutrality."""

    CONTRIBUTE = "contribute", _("To contribute to climate action")
    PERSONAL = "personal", _("To take responsibility for my personal greenhouse gas emissions")
    HOUSEHOLD = "household", _("To take responsibility for my household's greenhouse gas emissions")
    TRAVEL = "travel", _("To take responsibility for the greenhouse gas emissions of my travel")
    COMPANY = "company", _("To take responsibility for greenhouse gas emissions of my organisation")
    EVENT = "event", _("To take responsibility for greenhouse gas emissions of an event I organise")
    UNFCCC_MEETING = "unfccc_meeting", _("To take responsibility for my participation in a UNFCCC meeting")
    OWN = "own", _("In my own words")


class PurchaserType(models.TextChoices):
    INDIVIDUAL = "individual", _("Individual")
    ORGANISATION = "organisation", _("Organisation")


class OrderState(models.TextChoices):
    AWAITING_PAYMENT = "awaiting_payment", _("Awaiting payment")
    PAID = "paid", _("Payment authorised")
    COMPLETED = "completed", _("Units cancelled")
    EXPIRED = "expired", _("Expired")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REFUSED = "refused", _("Refused by the registry")


HOLDING_STATES = (OrderState.AWAITING_PAYMENT, OrderState.PAID)  # units are set aside for the purchaser
LAPSED_STATES = (OrderState.EXPIRED, OrderState.WITHDRAWN)  # units are back on offer


class Order(models.Model):
    """One purchaser, one listing, one provider, one payment, one registry transaction."""

    token = models.CharField(_("secret address"), max_length=32, unique=True, default=new_token, editable=False)
    reference = models.CharField(_("reference"), max_length=16, unique=True, default=new_reference, editable=False)
    submission = models.UUIDField(
        _("form"), unique=True, help_text=_("Names the form that was sent, so that it counts once.")
    )
    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, verbose_name=_("listing"), related_name="orders")
    provider_name = models.CharField(_("provider"), max_length=160)
    quantity = models.PositiveBigIntegerField(_("units"))
    unit_price = models.DecimalField(_("price per unit"), max_digits=14, decimal_places=3)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=3)
    currency = models.CharField(_("currency"), max_length=3)
    locale = models.CharField(_("language"), max_length=8)

    purchaser = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        verbose_name=_("purchaser's account"),
        related_name="orders",
    )
    purchaser_name = models.CharField(_("purchaser"), max_length=256)
    purchaser_email = models.EmailField(_("e-mail address"))
    purchaser_type = models.CharField(_("type of purchaser"), max_length=12, choices=PurchaserType.choices)
    purchaser_country = models.CharField(_("purchaser's country"), max_length=2, blank=True)
    beneficiary_name = models.CharField(_("beneficiary"), max_length=256)
    beneficiary_type = models.CharField(_("type of beneficiary"), max_length=12, choices=Beneficiary.choices)
    beneficiary_country = models.CharField(_("beneficiary's country"), max_length=2, blank=True)
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose.choices)
    purpose_text = models.CharField(_("purpose in own words"), max_length=875, blank=True)
    consumption_period = models.CharField(
        _("consumption period"), max_length=LONGEST_PERIOD, blank=True, default="", db_default=""
    )
    measured = models.JSONField(
        _("calculated footprint"), null=True, blank=True, help_text=_("What the purchaser had calculated before.")
    )
    is_public = models.BooleanField(_("name and purpose are public"), default=True)
    consented_at = models.DateTimeField(_("consent given at"))

    state = models.CharField(_("state"), max_length=20, choices=OrderState.choices, default=OrderState.AWAITING_PAYMENT)
    needs_attention = models.CharField(_("needs attention"), max_length=300, blank=True)
    placed_at = models.DateTimeField(_("placed at"))
    hold_until = models.DateTimeField(_("units set aside until"))
    paid_at = models.DateTimeField(_("paid at"), null=True)
    completed_at = models.DateTimeField(_("completed at"), null=True)
    mail_claimed_at = models.DateTimeField(_("letter begun at"), null=True)
    mailed_at = models.DateTimeField(_("letter sent at"), null=True)

    class Meta:
        ordering: ClassVar = ["-placed_at", "-id"]
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        indexes: ClassVar = [
            models.Index(fields=["state", "hold_until"], name="order_expiry"),
            models.Index(fields=["purchaser_email"], name="order_by_email"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="order_of_whole_units"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="order_has_amount"),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("order", args=[self.token])


class PaymentState(models.TextChoices):
    SENT = "sent", _("Asked of the gateway")
    AUTHORISED = "authorised", _("Authorised")
    DECLINED = "declined", _("Declined")
    CAPTURING = "capturing", _("Capture asked of the gateway")
    CAPTURED = "captured", _("Captured")
    CAPTURE_FAILED = "capture_failed", _("Capture failed")
    VOIDING = "voiding", _("Release asked of the gateway")
    RELEASED = "released", _("Released")


# States in which money is, or may be, on its way to the provider: one such payment per order.
LIVE_PAYMENTS = (
    PaymentState.SENT,
    PaymentState.AUTHORISED,
    PaymentState.CAPTURING,
    PaymentState.CAPTURED,
    PaymentState.CAPTURE_FAILED,
)


class Payment(models.Model):
    """One attempt to pay one order. Its key is the gateway's order id, and names every call about it."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, verbose_name=_("order"), related_name="payments")
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
        indexes: ClassVar = [models.Index(fields=["state", "checked_at"], name="payment_work")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(state__in=LIVE_PAYMENTS), name="one_live_payment_per_order"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_has_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.key}"


class PaymentEvent(models.Model):
    """What was asked of a gateway and what it answered: an append-only ledger from which balances are derived."""

    class Action(models.TextChoices):
        AUTHORISE = "authorise", _("Authorise")
        CAPTURE = "capture", _("Capture")
        VOID = "void", _("Release")
        FIND = "find", _("Look up")

    class Result(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        SUCCEEDED = "succeeded", _("Succeeded")
        FAILED = "failed", _("Failed")
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

    def __str__(self) -> str:
        return f"{self.payment_id} {self.action} {self.result}"
