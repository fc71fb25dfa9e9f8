"""What the portal keeps of activities and their issuances: the only writer of both. The truth is the registry's."""

from portal.registry.models import Activity, IssuanceBlock


def keep(record: Activity | IssuanceBlock) -> None:
    """Write down what a registry says of an activity, or of the units of one issuance; new or changed.

    Raises IntegrityError for a code or a series and first serial number that another record has.
    """
    record.save()
