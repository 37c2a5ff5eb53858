from django.apps import AppConfig
from django.db.backends.signals import connection_created


class UiConfig(AppConfig):
    name = "coordination.ui"
    label = "ui"

    def ready(self) -> None:
        # A check that only a page would import would never run.
        from coordination.ui import scanner, sqlite  # noqa: F401

        connection_created.connect(sqlite.speak_swedish, dispatch_uid="coordination.ui.sqlite")
