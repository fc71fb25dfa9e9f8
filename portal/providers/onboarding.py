"""Taking providers in: the only writer of who they are and who belongs to them."""

from collections.abc import Iterable

from portal.people.models import User
from portal.providers.models import Provider


def enrol(provider: Provider, *, members: Iterable[User] = ()) -> None:
    """Write down who a provider is, new or changed, and who sees its listings: these people and no others.

    Raises IntegrityError for a short name or a registry account that another provider has.
    """
    provider.save()
    provider.members.set(members)
