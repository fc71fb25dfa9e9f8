"""One's own password, asked for before money or units can be led elsewhere."""

from django.utils.translation import gettext as _

from portal.people.models import User
from portal.ratelimits import OWN_PASSWORD, wait_for_account


def why_not_own(password: str, *, person: User) -> str:
    """Say why what was typed is not enough, or nothing. An unattended screen, or a session that was stolen, is not."""
    if not password:
        return _("Type your own password to change this.")
    if wait_for_account(OWN_PASSWORD, account_id=person.pk):
        return _("That was tried too often. Please wait ten minutes.")
    return "" if person.check_password(password) else _("This is not your password. Nothing was changed.")
