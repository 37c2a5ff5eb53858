from django.apps import AppConfig


class SituationConfig(AppConfig):
    name = "coordination.situation"
    label = "situation"
