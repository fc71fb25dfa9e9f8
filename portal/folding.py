"""Finding words whatever their accents and capitals, alike on both databases: `Société` by `societe`, and back.

Columns have a lookup for it: `name__says="societe"`. It looks through all rows, so it is for the desk; the public
history is found by words that are written once.
"""

import re
import unicodedata
from typing import Any

from django.db import models
from django.db.backends.signals import connection_created
from django.dispatch import receiver

MARKS = "\u0300-\u036f"  # of Latin letters, Greek and Cyrillic ones
FOLDED_ON_SQLITE = "folded"


def fold(text: str) -> str:
    """Return a text in small letters, without accents."""
    return re.sub(f"[{MARKS}]", "", unicodedata.normalize("NFKD", text.lower()))


@receiver(connection_created)
def teach_sqlite(connection: Any, **_kwargs: Any) -> None:
    """Let SQLite fold as we do."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(FOLDED_ON_SQLITE, 1, _folded, deterministic=True)


def _folded(value: Any) -> str | None:
    return None if value is None else fold(str(value))


@models.Field.register_lookup
class Says(models.Lookup):
    """Whether a column has a text in it, whatever accents and capitals either has."""

    lookup_name = "says"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, values = self.process_lhs(compiler, connection)
        return f"instr({FOLDED_ON_SQLITE}({column}), %s) > 0", (*values, fold(str(self.rhs)))

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, values = self.process_lhs(compiler, connection)
        folded = f"regexp_replace(normalize(lower({column}::text), NFKD), %s, '', 'g')"
        return f"strpos({folded}, %s) > 0", (*values, f"[{MARKS}]", fold(str(self.rhs)))
