"""What the desk of editors and staff looks like, beyond what Wagtail brings."""

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.models import Page

from portal.home import languages


@hooks.register("insert_global_admin_css")
def desk_styles() -> SafeString:
    """Load the desk's own style sheet on every page of it."""
    return format_html('<link rel="stylesheet" href="{}">', static("css/desk.css"))


@hooks.register("insert_editor_js")
def desk_saving() -> SafeString:
    """Let nobody save a page while it is saved by itself."""
    return format_html('<script src="{}" defer></script>', static("js/desk-saving.js"))


@hooks.register("after_copy_page")
def copies_in_other_languages(_request: HttpRequest, _page: Page, copy: Page) -> None:
    """Let copies stand in for themselves in other languages: wagtail-localize sees to new pages only."""
    languages.stand_in_for_copies(copy)
