"""What the editors' desk gets for calculators: a window to choose factors in."""

from wagtail import hooks
from wagtail.admin.viewsets.chooser import ChooserViewSet

from portal.calculators.editing.factor_chooser import factor_chooser


@hooks.register("register_admin_viewset")
def choose_factors() -> ChooserViewSet:
    return factor_chooser
