"""The app of individual cases: the wall, and what stands inside it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "cases"
    label = "cases"
    verbose_name = _("Individual cases")

    def ready(self) -> None:
        from . import checks, grants

        checks.register()
        grants.register()
