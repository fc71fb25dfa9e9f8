"""The whole site on one screen. Pages live below a language; what machines and QR codes call has none."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.documents.views.serve import authenticate_with_password as document_password
from wagtail.views import authenticate_with_password as page_password

from portal.api import api, api_page
from portal.checkout.webhooks import braintree_hook, paypal_hook
from portal.home.addresses import serve as serve_page
from portal.home.finding import SITEMAPS, robots
from portal.home.pictures import picture
from portal.people.views import desk_door, page_door
from portal.ratelimits import PAGE_PASSWORD, limited
from portal.registry.views import seal, short_link
from portal.security_txt import PATH as SECURITY_TXT
from portal.security_txt import security_txt

# Both doors lead to one page to sign in, with its limits and its proof of the address; Wagtail's own have neither.
urlpatterns = [
    path("admin/login/", desk_door, name="desk_door"),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/authenticate_with_password/<int:restriction_id>/", limited(PAGE_PASSWORD)(document_password)),
    path("documents/", include(wagtaildocs_urls)),
    path(SECURITY_TXT, security_txt),
    path("robots.txt", robots),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("c/<str:code>", short_link, name="short_link"),
    path("c/<str:code>/<slug:size>.svg", seal, name="seal"),
    path("api/public/v1/", api.urls),
    path("hooks/braintree/<slug:hook_key>/", braintree_hook, name="braintree_hook"),
    path("hooks/paypal/<slug:hook_key>/", paypal_hook, name="paypal_hook"),
]

if settings.SERVE_MEDIA:
    urlpatterns.append(path("media/images/<path:name>", picture))

urlpatterns += i18n_patterns(
    path("accounts/", include("allauth.account.urls")),
    path("accounts/second-factor/", include("allauth.mfa.urls")),
    path("", include("portal.checkout.urls")),
    path("", include("portal.selling.urls")),
    path("", include("portal.registry.urls")),
    path("api/", api_page, name="api"),
    path("", include("portal.calculators.urls")),
    path("_util/login/", page_door),
    path(
        "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/",
        limited(PAGE_PASSWORD)(page_password),
    ),
    re_path(wagtail_urls.serve_pattern, serve_page, name="wagtail_serve"),
    path("", include(wagtail_urls)),
)
