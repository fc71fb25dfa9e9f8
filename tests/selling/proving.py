"""What staff type to show who they are: Bo's own password, and the next of the codes that Bo kept."""

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP

from portal.people.models import User
from tests.world import PASSWORD


def give_second_factor(person: User) -> None:
    """Let somebody have an app, and codes for when it is lost."""
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(person)


def proof() -> dict[str, str]:
    """Good once."""
    kept = Authenticator.objects.get(user__email="bo@example.org", type=Authenticator.Type.RECOVERY_CODES)
    return {"own_password": PASSWORD, "own_code": kept.wrap().get_unused_codes()[0]}
