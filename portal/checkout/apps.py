from django.apps import AppConfig


class CheckoutConfig(AppConfig):
    name = "portal.checkout"
    label = "checkout"
