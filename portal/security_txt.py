"""Where a weakness is reported, at the address where people look for it: RFC 9116."""

from datetime import datetime, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

PATH = ".well-known/security.txt"
GOOD_FOR = timedelta(days=90)  # RFC 9116 wants less than a year


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Answer with what SECURITY_CONTACT says, and until when it holds; not at all where nothing is said."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    return HttpResponse(written(now=timezone.now()), content_type="text/plain; charset=utf-8")


def written(*, now: datetime) -> str:
    """Return the file, the same for a whole day (UTC)."""
    expires = (now + GOOD_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [f"Contact: {address}" for address in settings.SECURITY_CONTACT]
    lines += [f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}"]
    lines += [f"Preferred-Languages: {', '.join(code for code, _name in settings.LANGUAGES)}"]
    lines += [f"Canonical: {settings.SITE_URL}/{PATH}"]
    return "".join(f"{line}\n" for line in lines)
