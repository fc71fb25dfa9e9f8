"""The form in which editors keep a story."""

from typing import Any

from django.utils.translation import gettext
from wagtail.admin.forms import WagtailAdminPageForm


class StoryForm(WagtailAdminPageForm):
    """Asks what a photograph shows before it is published: nothing else tells those who do not see it."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        is_described = bool(cleaned.get("engraving_alt", "").strip())
        if cleaned.get("hero_image") and not is_described and not self.is_deferred_validation:
            self.add_error("engraving_alt", gettext("Say what the photograph shows, for people who do not see it."))
        return cleaned
