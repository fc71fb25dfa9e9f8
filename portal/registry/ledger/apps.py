from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "portal.registry.ledger"
    label = "ledger"
    verbose_name = "Embedded registry"
