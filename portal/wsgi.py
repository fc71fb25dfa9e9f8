"""Entry point of the web server."""

import os

from django.core.wsgi import get_wsgi_application

from portal.encoding import in_utf_8

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = in_utf_8(get_wsgi_application())
