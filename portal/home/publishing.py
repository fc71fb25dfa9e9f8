"""Pages that are published, or expire, at a time that an editor chose."""

from datetime import datetime

from wagtail.models import Page, Revision

from portal.sweeping import handle_each

AT_ONCE = 100  # of each in one round; the rest a minute later


def publish_due(*, now: datetime) -> None:
    """Withdraw the pages whose time is over, and publish those whose time has come: what is due first comes first.

    Wagtail's own command does the same and ends at the first page that cannot be published.
    """
    over = Page.objects.filter(live=True, expire_at__lt=now).order_by("expire_at", "pk")
    handle_each(rows=over, act=_withdraw, most=AT_ONCE)
    due = Revision.objects.filter(approved_go_live_at__lt=now).order_by("approved_go_live_at", "pk")
    handle_each(rows=due, act=_publish, most=AT_ONCE)


def _withdraw(page: Page) -> None:
    page.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")


def _publish(revision: Revision) -> None:
    revision.publish(log_action="wagtail.publish.scheduled")
