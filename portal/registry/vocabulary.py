"""The registry's words with a fixed meaning, as values and for readers: units, technology, purpose and beneficiary."""

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override


class UnitType(models.TextChoices):
    """Unit types by their standard names; each is one tonne of CO2 equivalent."""

    CER = "CER", _("CER")
    TCER = "tCER", _("tCER (temporary)")
    LCER = "lCER", _("lCER (long-term)")
    MCU = "MCU", _("A6.4ER, mitigation contribution (MCU)")
    AER = "AER", _("A6.4ER, authorized (AER)")

    @property
    def claim(self) -> str:
        """One or two sentences in the active language on what cancelling such a unit contributes, and what it is not.

        After the Article 6.4 registry procedure (A6.4-PROC-REGS-001) and the conclusion of the CDM: who counts the
        reduction, and whether the host country adjusts its own account.
        """
        return str(_CLAIMS[self])

    @property
    def last_day(self) -> date | None:
        """The last day, in UTC, on which such a unit can be cancelled; None if no end is set.

        The parties to the Kyoto Protocol (CMP 20) ended cancellations and all other transactions in the CDM registry
        with 2026, as the Supervisory Body's concept note A6.4-SBM020-AA-A08 reports.
        """
        return settings.CDM_LAST_DAY if self in KYOTO_UNITS else None


KYOTO_UNITS = (UnitType.CER, UnitType.TCER, UnitType.LCER)
ARTICLE_6_4_UNITS = (UnitType.MCU, UnitType.AER)

_CLAIMS = {
    UnitType.CER: _(
        "A unit of the Clean Development Mechanism under the Kyoto Protocol. Cancelling it supports a project "
        "that has already reduced emissions; the host country makes no adjustment under the Paris Agreement."
    ),
    UnitType.TCER: _(
        "A temporary unit from forestry under the Kyoto Protocol. It stands for carbon stored in trees, which "
        "can be lost again; the host country makes no adjustment under the Paris Agreement."
    ),
    UnitType.LCER: _(
        "A long-term unit from forestry under the Kyoto Protocol. It stands for carbon stored in trees and "
        "expires; the host country makes no adjustment under the Paris Agreement."
    ),
    UnitType.MCU: _(
        "A mitigation contribution unit. Cancelling it contributes to the host country's own climate target; "
        "the host country keeps the reduction in its account and makes no corresponding adjustment."
    ),
    UnitType.AER: _(
        "An authorized unit. The host country has authorized its use for other purposes; cancelling it is a "
        "first transfer, for which the host country owes a corresponding adjustment."
    ),
}


class Technology(models.TextChoices):
    """Technology types of the UNEP classification, which registry statistics use."""

    BIOMASS = "Biomass Energy", _("Biomass energy")
    EE_HOUSEHOLDS = "EE households", _("Household energy efficiency")
    EE_INDUSTRY = "EE Industry", _("Industrial energy efficiency")
    EE_OWN_GENERATION = "EE own generation", _("Waste heat recovery")
    ENERGY_DISTRIBUTION = "Energy distribution", _("Energy distribution")
    FOSSIL_FUEL_SWITCH = "Fossil fuel switch", _("Fossil fuel switch")
    GEOTHERMAL = "Geothermal", _("Geothermal")
    HFCS = "HFCs", _("HFC destruction")
    HYDRO = "Hydro", _("Hydro")
    LANDFILL_GAS = "Landfill gas", _("Landfill gas and composting")
    METHANE_AVOIDANCE = "Methane avoidance", _("Methane avoidance")
    N2O = "N2O", _("N2O abatement")
    REFORESTATION = "Reforestation", _("Reforestation")
    SOLAR = "Solar", _("Solar")
    TRANSPORT = "Transport", _("Transport")
    WIND = "Wind", _("Wind")
    OTHER = "Other", _("Other")


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

    @classmethod
    def preset(cls, name: str) -> "Purpose | None":
        """Return the purpose whose words are ours, by its name; None for the purchaser's own words, or none."""
        return cls(name) if name in cls.values and name != cls.OWN else None

    def in_every_language(self) -> list[str]:
        """Return its words in each language of the portal."""
        said = []
        for language, _name in settings.LANGUAGES:
            with override(language):
                said.append(str(self.label))
        return said


class Beneficiary(models.TextChoices):
    """On whose behalf units are cancelled."""

    PERSON = "person", _("Person")
    ORGANISATION = "organisation", _("Organisation")
    EVENT = "event", _("Event")
    OTHER = "other", _("Other")
