from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "coordination.agreements"
    label = "agreements"
