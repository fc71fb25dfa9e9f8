from django.apps import AppConfig


class SellingConfig(AppConfig):
    name = "portal.selling"
    label = "selling"
