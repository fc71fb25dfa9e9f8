"""How the history is searched, in the words of either database."""

from typing import Any

from django.db import models


class Finds(models.Lookup):
    """Whether a column of words, as `findable.column` writes it, has all of some `findable.terms`, on either database.

    On PostgreSQL an index of the same expression answers it.
    """

    lookup_name = "finds"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, values = self.process_lhs(compiler, connection)
        patterns = [f"% {term[:-1]}%" if term.endswith("*") else f"% {term} %" for term in self.rhs]
        conditions = " AND ".join([f"{column} LIKE %s"] * len(patterns))
        return f"({conditions})", tuple(value for pattern in patterns for value in (*values, pattern))

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, values = self.process_lhs(compiler, connection)
        wanted = " & ".join(f"'{term[:-1]}':*" if term.endswith("*") else f"'{term}'" for term in self.rhs)
        return f"array_to_tsvector(string_to_array(btrim({column}), ' ')) @@ %s::tsquery", (*values, wanted)
