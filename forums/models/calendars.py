"""The link by which a person's own calendar program reads their meetings."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from coordination.access.declaration import Open


class CalendarLink(models.Model):
    """That a person's calendar may be read by whoever holds a secret, which is not kept."""

    access = Open(
        "belongs to the person whose meetings it shows; asked for by them or by the secret"
    )

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="calendar_link"
    )
    secret_sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(secret_sha256=""), name="calendar_link_secret"),
        )

    def __str__(self) -> str:
        return f"calendar link {self.pk}"
