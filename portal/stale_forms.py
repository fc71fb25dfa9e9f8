"""What is answered where a form came without the token of its page, and so may have been sent by somebody else's.

Mostly nobody forged anything: whoever signs in or out in a second tab gets a new token, and the page in the first still
has the old one. So the answer says what happened, and holds everything that was sent, to be sent once more.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

TOKEN = "csrfmiddlewaretoken"  # noqa: S105  # the name of Django's field
SECRET = ("password", "private", "secret")  # what is in the names of fields that no page shows again


def send_again(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that was refused, in the page's language: nothing was done, and nothing typed is lost.

    What was sent is handed back only to a form of ours, as the browser itself says where it comes from: what another
    site typed is nothing that a reader should send in good faith. Passwords and private keys are typed again, and files
    chosen again.
    """
    context = {"sent": _sent(request) if _is_ours(request) and not request.FILES else []}
    return render(request, "403_csrf.html", context, status=403)


def _is_ours(request: HttpRequest) -> bool:
    here = f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Origin", "") in (here, *settings.CSRF_TRUSTED_ORIGINS)


def _sent(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the fields of a form by name and value, as often as they were sent."""
    return [
        (name, str(value))
        for name, values in request.POST.lists()
        for value in values
        if name != TOKEN and not any(each in name for each in SECRET)
    ]
