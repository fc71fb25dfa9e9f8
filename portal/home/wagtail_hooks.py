"""What the desk of editors and staff looks like, beyond what Wagtail brings."""

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks


@hooks.register("insert_global_admin_css")
def desk_styles() -> SafeString:
    """Load the desk's own style sheet on every page of it."""
    return format_html('<link rel="stylesheet" href="{}">', static("css/desk.css"))
