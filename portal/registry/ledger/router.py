"""Keeps the embedded registry in a database of its own, as a real registry would be."""

from typing import Any

from django.db.models import Model

LEDGER = "ledger"


class LedgerRouter:
    """Sends the ledger's models to the `ledger` database, and nothing else there."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        return LEDGER if model._meta.app_label == LEDGER else None

    db_for_write = db_for_read

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool | None:
        labels = {one._meta.app_label, other._meta.app_label}
        return labels == {LEDGER} if LEDGER in labels else None

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return (db == LEDGER) == (app_label == LEDGER)
