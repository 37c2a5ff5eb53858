from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    name = "coordination.administration"
    label = "administration"
