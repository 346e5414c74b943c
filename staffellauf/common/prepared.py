"""Queries that are written once and asked often: Django takes longer to write a query than a database to answer it."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Model, QuerySet
from django.db.models.query import RelatedPopulator, get_related_populators
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=Model)


class Slot(Expression):
    """A value that is told when the query is asked; by default the id of a row."""

    def __init__(self, name: str, output_field: "models.Field[Any, Any] | None" = None) -> None:
        super().__init__(output_field=output_field or models.BigIntegerField())
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list["Slot"]]:  # type: ignore[override]
        return "%s", [self]

    # Any: as the database's driver takes it.
    def prepared(self, values: Mapping[str, object], connection: BaseDatabaseWrapper) -> Any:
        return self.output_field.get_db_prep_value(values[self.name], connection)


@dataclass(frozen=True, slots=True)
class Written:
    """A query as one connection is asked it, and how its rows become objects."""

    connection: BaseDatabaseWrapper
    compiler: SQLCompiler
    sql: str
    # Any: as the database's driver takes them.
    params: Sequence[Any]
    model: type[Model]
    columns: slice
    names: list[str]
    related: list[RelatedPopulator]
    annotations: list[tuple[str, int]]

    @classmethod
    def of(cls, queryset: QuerySet[M]) -> "Written":
        connection = connections[queryset.db]
        compiler = queryset.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        about = compiler.klass_info
        assert about is not None
        columns = slice(about["select_fields"][0], about["select_fields"][-1] + 1)
        return cls(
            connection=connection,
            compiler=compiler,
            sql=sql,
            params=params,
            model=about["model"],
            columns=columns,
            names=[column[0].target.attname for column in compiler.select[columns]],
            # The stubs are of a newer Django.
            related=get_related_populators(about, compiler.select, queryset.db),  # type: ignore[call-arg]
            annotations=list((compiler.annotation_col_map or {}).items()),
        )

    def asked(self, values: Mapping[str, object]) -> Iterator[Any]:
        """The rows as tuples; Any: of values of any type."""
        params = [one.prepared(values, self.connection) if isinstance(one, Slot) else one for one in self.params]
        with self.connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            rows = cursor.fetchall()
        found: Iterator[Any] = self.compiler.results_iter([rows])
        return found


class Prepared(Generic[M]):
    """A queryset with slots, without prefetches. `build` is called once per thread and connection."""

    def __init__(self, build: Callable[[], QuerySet[M]]) -> None:
        self._build = build
        self._kept = threading.local()

    def read(self, **values: object) -> list[M]:
        """The objects that the queryset finds with these values in its slots."""
        written = self._written()
        return [self._made(written, row) for row in written.asked(values)]

    def _written(self) -> Written:
        kept: Written | None = getattr(self._kept, "written", None)
        if kept is None or kept.connection is not connections[kept.connection.alias]:
            kept = self._kept.written = Written.of(self._build())
        return kept

    # Any: a row's values.
    def _made(self, written: Written, row: Sequence[Any]) -> M:
        made = written.model.from_db(written.connection.alias, written.names, row[written.columns])
        for populator in written.related:
            populator.populate(row, made)
        for name, place in written.annotations:
            setattr(made, name, row[place])
        return made  # type: ignore[return-value]
