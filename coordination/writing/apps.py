from typing import Any

from django.apps import AppConfig


class WritingConfig(AppConfig):
    name = "coordination.writing"
    label = "writing"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_out

        user_logged_out.connect(_tell_of_drafts, dispatch_uid="writing.tell_of_drafts")


def _tell_of_drafts(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    """The sign-in page says whether anything typed is still kept."""
    from django.contrib import messages
    from django.utils.translation import gettext as _

    from .models import Draft

    if user is not None and Draft.objects.filter(user=user).exists():
        messages.info(request, _("You are signed out. What you had written and not sent is saved."))
