"""Choosing a provider or an issuance block on the desk, for those who may see them."""

from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column

from portal.desk import WordSearch, searchable_chooser
from portal.providers.models import Provider
from portal.registry.models import IssuanceBlock


class ProviderFilterForm(WordSearch):
    """Finds a provider."""

    searched = ("name", "slug", "registry_account")


class BlockFilterForm(WordSearch):
    """Finds an issuance block by activity, series, unit type or vintage."""

    searched = ("activity__code", "activity__title", "series", "unit_type", "vintage_year")


provider_chooser = searchable_chooser(
    "provider_chooser",
    filter_form=ProviderFilterForm,
    permission="providers.view_provider",
    columns=(Column("registry_account", label=gettext_lazy("Registry account")),),
    model=Provider,
    icon="group",
    choose_one_text=gettext_lazy("Choose a provider"),
    choose_another_text=gettext_lazy("Choose another provider"),
)
block_chooser = searchable_chooser(
    "issuance_block_chooser",
    filter_form=BlockFilterForm,
    permission="registry.view_issuanceblock",
    columns=(
        Column("activity", label=gettext_lazy("Activity")),
        Column("unit_type", label=gettext_lazy("Unit type"), accessor="get_unit_type_display"),
        Column("vintage_year", label=gettext_lazy("Vintage"), accessor=lambda block: str(block.vintage_year)),
    ),
    joined=("activity",),
    model=IssuanceBlock,
    icon="list-ol",
    choose_one_text=gettext_lazy("Choose an issuance block"),
    choose_another_text=gettext_lazy("Choose another issuance block"),
)
