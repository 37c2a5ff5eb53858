from django.apps import AppConfig


class ResourcesConfig(AppConfig):
    name = "coordination.resources"
    label = "resources"
