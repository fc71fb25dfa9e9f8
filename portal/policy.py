"""Two Content Security Policies: a strict one for the public site, a wider one for the editors' desk."""

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

DESK = "/admin/"


class PolicyMiddleware(CSPMiddleware):
    """Puts ADMIN_CONTENT_SECURITY_POLICY on every answer below /admin/, and the public policy on all others."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts: PolicyParts = super().get_policy_parts(request, response, report_only)
        if not report_only and request.path_info.startswith(DESK):
            parts.config = settings.ADMIN_CONTENT_SECURITY_POLICY["DIRECTIVES"]
        return parts
