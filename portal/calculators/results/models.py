"""Results that somebody wants to open again."""

from typing import ClassVar

from django.conf import settings
from django.core import signing
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


def signer() -> signing.Signer:
    """Return who signs the addresses of results: with the key of now, and reading those of earlier ones."""
    return signing.Signer(salt="portal.calculators.results", sep=".")


class SavedEstimate(models.Model):
    """A result as it was when it was calculated: no later factor and no later edit changes it."""

    token = models.CharField(_("secret address"), max_length=32, unique=True, editable=False)
    calculator = models.CharField(_("calculator"), max_length=100)
    title = models.CharField(_("title"), max_length=255)
    answers = models.JSONField(_("answers"))
    result = models.JSONField(_("result"))
    total_kg = models.DecimalField(_("total, kg"), max_digits=30, decimal_places=6)
    units = models.PositiveBigIntegerField(_("units"))
    factor_set = models.CharField(_("factor set"), max_length=60)
    period = models.CharField(_("period"), max_length=40, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("kept by"),
    )
    created_at = models.DateTimeField(_("calculated"), db_index=True)

    class Meta:
        verbose_name = _("saved estimate")
        verbose_name_plural = _("saved estimates")
        ordering: ClassVar = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.calculator} {self.token}"

    def get_absolute_url(self) -> str:
        """Return the address of whoever calculated it."""
        return reverse("estimate", args=[self.address])

    def get_reading_url(self) -> str:
        """Return the address that is handed on: it shows the result, and its signature cannot be worked out from it."""
        return reverse("estimate", args=[self.token])

    @property
    def address(self) -> str:
        """Return the token with its signature, which is the right to change the answers and to keep the result."""
        return signer().sign(self.token)
