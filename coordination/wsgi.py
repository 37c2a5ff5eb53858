"""The web server's entry point.

Gunicorn runs no system checks by itself, and the URL policies are a system check: a portal with an
undecided page must not start, so they are run here.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coordination.settings")

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
call_command("check", fail_level="ERROR")
