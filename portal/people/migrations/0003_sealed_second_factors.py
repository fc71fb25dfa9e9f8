from typing import Any, ClassVar

from django.db import migrations

PLACES = {"totp": "secret", "recovery_codes": "seed"}


def seal_all(apps: Any, _schema_editor: Any) -> None:
    """Seal what codes are made from, which stood there for everybody who sees the database or a dump of it."""
    from portal.vault import seal

    _change(apps, lambda text: seal({"secret": text}).decode())


def open_all(apps: Any, _schema_editor: Any) -> None:
    """The way back."""
    from portal.vault import unseal

    _change(apps, lambda text: unseal(text.encode())["secret"])


def _change(apps: Any, change: Any) -> None:
    for kept in apps.get_model("mfa", "Authenticator").objects.filter(type__in=PLACES):
        kept.data[PLACES[kept.type]] = change(kept.data[PLACES[kept.type]])
        kept.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies: ClassVar = [("people", "0002_addresses_in_small_letters"), ("mfa", "0003_authenticator_type_uniq")]

    operations: ClassVar = [migrations.RunPython(seal_all, open_all)]
