from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "coordination.access"
    label = "access"

    def ready(self) -> None:
        # Checks that only the URLconf imports would never run.
        from . import signing_in, urls  # noqa: F401

        signing_in.connect()
