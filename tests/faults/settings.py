"""The portal's own settings for worker processes under test, with a test app and a faster clock."""

from coordination.settings import *  # noqa: F403
from coordination.settings import CELERY_BEAT_SCHEDULE, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.app"]
# Ten times the pace of the product, so that a recovery takes seconds.
CELERY_BEAT_SCHEDULE["sweep"].update(schedule=1.0, options={"expires": 1})
EMAIL_BACKEND = "tests.faults.app.tasks.DyingBackend"
