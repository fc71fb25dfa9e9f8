from django.apps import AppConfig


class CalculatorsConfig(AppConfig):
    name = "portal.calculators"
    label = "calculators"
