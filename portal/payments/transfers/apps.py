from django.apps import AppConfig


class TransfersConfig(AppConfig):
    name = "portal.payments.transfers"
    label = "transfers"
    verbose_name = "Bank transfers"
