"""Many ids as one parameter of a query: `Reader.objects.filter(pk__in=many.Ids(ids))`. Written one by one, Django takes
longer for them than the database for the rows."""

import json
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression
from django.db.models.sql.compiler import SQLCompiler


class Ids(Expression):
    """A subquery that yields these integers."""

    def __init__(self, ids: Iterable[int]) -> None:
        super().__init__(output_field=models.BigIntegerField())
        self.ids = list(ids)

    # Any: as the database's driver takes it.
    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:  # type: ignore[override]
        if connection.vendor == "postgresql":
            return "(SELECT unnest(%s::bigint[]))", [self.ids]
        return "(SELECT value FROM json_each(%s))", [json.dumps(self.ids)]
