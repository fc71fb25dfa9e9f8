"""What may honestly be said of a unit of each type, in the reader's language.

After the Article 6.4 registry procedure (A6.4-PROC-REGS-001) and the conclusion of the CDM: who counts the reduction,
and whether the host country adjusts its own account.
"""

from django.utils.translation import gettext as _

from portal.registry.models import UnitType


def claim(unit_type: str) -> str:
    """Return one or two sentences on what cancelling such a unit contributes, and what it is not."""
    match UnitType(unit_type):
        case UnitType.MCU:
            return _(
                "A mitigation contribution unit. Cancelling it contributes to the host country's own climate target; "
                "the host country keeps the reduction in its account and makes no corresponding adjustment."
            )
        case UnitType.AER:
            return _(
                "An authorized unit. The host country has authorized its use for other purposes; cancelling it is a "
                "first transfer, for which the host country owes a corresponding adjustment."
            )
        case UnitType.TCER:
            return _(
                "A temporary unit from forestry under the Kyoto Protocol. It stands for carbon stored in trees, which "
                "can be lost again; the host country makes no adjustment under the Paris Agreement."
            )
        case UnitType.LCER:
            return _(
                "A long-term unit from forestry under the Kyoto Protocol. It stands for carbon stored in trees and "
                "expires; the host country makes no adjustment under the Paris Agreement."
            )
        case _other:
            return _(
                "A unit of the Clean Development Mechanism under the Kyoto Protocol. Cancelling it supports a project "
                "that has already reduced emissions; the host country makes no adjustment under the Paris Agreement."
            )
