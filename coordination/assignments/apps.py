from django.apps import AppConfig


class AssignmentsConfig(AppConfig):
    name = "coordination.assignments"
    label = "assignments"
