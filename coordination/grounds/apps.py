from django.apps import AppConfig


class GroundsConfig(AppConfig):
    name = "coordination.grounds"
    label = "grounds"
