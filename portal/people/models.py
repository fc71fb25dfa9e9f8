"""Who has an account."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from portal.sweeping import handle_each

BATCH = 200  # accounts in one round


class UserManager(BaseUserManager["User"]):
    """Creates accounts that sign in by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})

    def forget_unconfirmed(self, *, before: datetime) -> int:
        """Delete accounts that somebody opened `before`, and whose address nobody ever confirmed: one bounded round.

        An account that staff made, or that anybody ever signed in to, is none of these. Returns how many it met.
        """
        opened = self.filter(emailaddress__verified=False, date_joined__lt=before, last_login=None)
        strangers = opened.filter(is_staff=False, is_superuser=False, groups=None)
        rows = strangers.exclude(emailaddress__verified=True).order_by("date_joined")
        return handle_each(rows=rows, act=self.model.delete, most=BATCH)


class User(AbstractUser):
    """A person with an account, who signs in by e-mail address.

    The address is kept in small letters, as signing in looks for it: nobody's mail server tells capitals apart, and
    the database refuses two accounts that differ in nothing else.
    """

    username = None  # type: ignore[assignment]  # Django's own way to drop an inherited field
    email = models.EmailField(_("e-mail address"), unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()  # type: ignore[assignment,misc]  # narrows the manager that AbstractUser declares

    class Meta(AbstractUser.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_once_whatever_capitals",
                violation_error_message=_("There is an account with this e-mail address already."),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return self.email
