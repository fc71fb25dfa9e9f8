"""Pictures on pages. One that cannot be drawn takes no page down: it is left out."""

import logging
from typing import Any

from django import template
from django.utils.safestring import SafeString
from wagtail.images.models import Filter, ResponsiveImage

register = template.Library()
logger = logging.getLogger(__name__)


@register.simple_tag
def picture(image: Any, *specs: str, **attributes: Any) -> SafeString | str:
    """Return a picture in some sizes, as Wagtail's filters name them; empty if there is none or it cannot be drawn,
    since its file is gone or broken."""
    if not image:
        return ""
    try:
        renditions = image.get_renditions(*Filter.expand_spec(list(specs)))
    except Exception as error:  # noqa: BLE001  # decoders and stores raise whatever they come upon
        logger.warning("picture %s cannot be drawn and is left out: %s", image.pk, error)
        return ""
    for rendition in renditions.values():
        rendition.file.close()  # one that was just made is open
    return ResponsiveImage(renditions, attributes).__html__()
