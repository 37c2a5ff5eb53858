from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class FrameConfig(AppConfig):
    name = "coordination.frame"
    label = "frame"

    def ready(self) -> None:
        autodiscover_modules("contributions")
        # After the apps' own: help stands last among the results.
        from . import search  # noqa: F401
