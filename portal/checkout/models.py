"""What was ordered, by whom and on whose behalf. Written by `service.py` alone."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.providers.models import Listing
from portal.registry.statement import LONGEST_PERIOD
from portal.registry.vocabulary import Beneficiary, Purpose
from portal.tokens import new_reference, new_token


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
PAID_STATES = (OrderState.PAID, OrderState.COMPLETED)
LAPSED_STATES = (OrderState.EXPIRED, OrderState.WITHDRAWN)  # units are back on offer
UNPAID_STATES = (OrderState.AWAITING_PAYMENT, *LAPSED_STATES)


class Basket(models.Model):
    """Several orders of one visit, one of each listing, placed by one form. Written by `baskets.py` alone."""

    token = models.CharField(_("secret address"), max_length=32, unique=True, default=new_token, editable=False)
    submission = models.UUIDField(_("form"), unique=True)
    placed_at = models.DateTimeField(_("placed at"))

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name = _("basket")
        verbose_name_plural = _("baskets")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.placed_at:%Y-%m-%d} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("basket_orders", args=[self.token])


class Order(models.Model):
    """One purchaser, one listing, one provider, one payment, one registry transaction."""

    token = models.CharField(_("secret address"), max_length=32, unique=True, default=new_token, editable=False)
    reference = models.CharField(_("reference"), max_length=16, unique=True, default=new_reference, editable=False)
    submission = models.UUIDField(
        _("form"), unique=True, help_text=_("Names the form that was sent, so that it counts once.")
    )
    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, verbose_name=_("listing"), related_name="orders")
    basket = models.ForeignKey(
        Basket, null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("basket"), related_name="orders"
    )
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
    visitor = models.CharField(
        _("visitor"), max_length=24, blank=True, default="", db_default="", help_text=_("While it is unpaid, a digest.")
    )
    purchaser_name = models.CharField(_("purchaser"), max_length=256)
    purchaser_email = models.EmailField(_("e-mail address"))
    purchaser_mailbox = models.CharField(
        _("e-mail address, as limits count it"), max_length=254, blank=True, default="", db_default="", editable=False
    )
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
        permissions: ClassVar = [("handle_order", "Can handle orders that need attention")]
        indexes: ClassVar = [
            models.Index(fields=["state", "hold_until"], name="order_expiry"),
            models.Index(fields=["placed_at"], name="order_by_day"),
            models.Index(fields=["paid_at"], condition=Q(paid_at__isnull=False), name="order_by_day_of_payment"),
            models.Index(fields=["purchaser_email"], name="order_by_email"),
            models.Index(fields=["purchaser_mailbox"], name="order_by_mailbox"),
            models.Index(fields=["listing"], condition=Q(state="awaiting_payment"), name="order_unpaid_of_listing"),
            models.Index(fields=["visitor"], condition=Q(state="awaiting_payment"), name="order_unpaid_of_visitor"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="order_of_whole_units"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="order_has_amount"),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("order", args=[self.token])

    @property
    def is_forgotten(self) -> bool:
        """What was personal of it is gone, since it was never paid."""
        return not self.purchaser_email


class Handling(models.Model):
    """What somebody did about an order that needed attention: `what` it was in need of, and a note of what was done.

    Written by `attention.py` alone, and kept: a person is closed, not deleted.
    """

    order = models.ForeignKey(Order, models.PROTECT, verbose_name=_("order"), related_name="handlings")
    what = models.CharField(_("needed attention"), max_length=300)
    note = models.TextField(_("what was done"), max_length=2000)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("handled by")
    )
    handled_at = models.DateTimeField(_("handled at"))

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = _("handled")
        verbose_name_plural = _("handled")
        default_permissions = ()
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(note=""), name="handling_says_what_was_done")]

    def __str__(self) -> str:
        return f"{self.order_id} {self.what}"


class Letter(models.Model):
    """Something that a purchaser is to be told once on the way. Written by `mail.py` alone.

    How an order ended is told too, and stands on the order itself (`mailed_at`).
    """

    class Kind(models.TextChoices):
        PLACED = "placed", _("Order placed")
        NOT_PAID = "not_paid", _("Payment did not succeed")
        LAPSED = "lapsed", _("Order expired")
        UNCOLLECTED = "uncollected", _("Payment could not be collected")
        TRANSFER = "transfer", _("Where to transfer the money")
        REMINDER = "reminder", _("A transfer is still waited for")
        REFUNDED = "refunded", _("Money given back")
        DISPUTED = "disputed", _("Dispute, to the provider")

    order = models.ForeignKey(Order, on_delete=models.CASCADE, verbose_name=_("order"), related_name="letters")
    kind = models.CharField(_("letter"), max_length=12, choices=Kind.choices)
    attempt = models.CharField(
        _("attempt to pay"), max_length=36, blank=True, help_text=_("The key of the payment, or of the refund.")
    )
    owed_at = models.DateTimeField(_("owed since"))
    claimed_at = models.DateTimeField(_("letter begun at"), null=True)
    sent_at = models.DateTimeField(_("letter sent at"), null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        indexes: ClassVar = [models.Index(fields=["owed_at"], condition=Q(sent_at=None), name="letter_owed")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "kind", "attempt"], name="letter_is_owed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.kind}"
