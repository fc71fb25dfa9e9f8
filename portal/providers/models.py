"""Who offers units, and what is on offer. `stock.py` alone writes how many are left."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.figures import grouped
from portal.tokens import new_listing_code


class Provider(models.Model):
    """Who offers units and is paid."""

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=160)
    country = models.CharField(_("country"), max_length=2)
    address = models.TextField(
        _("postal address"),
        blank=True,
        default="",
        db_default="",
        help_text=_("As it stands on receipts, without the country."),
    )
    about = models.JSONField(_("about, by language"), default=dict, blank=True)
    registry_account = models.CharField(_("registry account"), max_length=60, unique=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="providers", blank=True)
    is_sample = models.BooleanField(_("sample data"), default=False)

    class Meta:
        ordering: ClassVar = ["name"]
        verbose_name = _("provider")
        verbose_name_plural = _("providers")

    def __str__(self) -> str:
        return self.name


class Pause(models.TextChoices):
    """Why an open listing cannot be ordered: its units could not be paid for, or not be cancelled."""

    NO_KEYS = "no_keys", _("The provider has no payment credentials that can be opened.")
    NO_RAIL = "no_rail", _("None of the provider's payment accounts is open.")
    NO_CURRENCY = "no_currency", _("The provider has no open payment account in this currency.")
    CHANGING = "changing", _("The provider's money is to go elsewhere, and its people have time to stop that.")
    NOT_HELD = "not_held", _("The provider's registry account holds fewer units than are on offer.")


class ListingQuerySet(models.QuerySet["Listing"]):
    def on_offer(self) -> "ListingQuerySet":
        """Listings that can be ordered from now."""
        return self.filter(is_open=True, paused_for="", units_left__gt=0)


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
    paused_for = models.CharField(
        _("paused"), max_length=12, choices=Pause.choices, blank=True, default="", db_default="", editable=False
    )
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
        left, total = (grouped(each, get_language() or "en") for each in (self.units_left, self.units_total))
        return f"{self.code} {left}/{total}"

    def get_absolute_url(self) -> str:
        return reverse("quantity", args=[self.code])
