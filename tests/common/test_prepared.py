"""Queries that are written once."""

import threading

import pytest
from django.db import connection
from django.db.models import CharField, Count, QuerySet
from django.test.utils import CaptureQueriesContext

from staffellauf.catalogue.models import Role
from staffellauf.common.prepared import Prepared, Slot
from tests import make

pytestmark = pytest.mark.django_db


def roles() -> Prepared[Role]:
    found = Role.objects.filter(series_id=Slot("series"), character__startswith=Slot("begin", CharField()))
    return Prepared(
        lambda: (
            found.select_related("person").only("character", "person__name").annotate(n=Count("seasons")).order_by("pk")
        )
    )


def test_each_answer_is_of_the_values_that_were_asked():
    dark, ballard, ada = make.series("Dark"), make.series("Ballard"), make.person("Ada Berg")
    jonas = make.role(ada, "Jonas", of=dark, seasons=[make.season(dark, 1), make.season(dark, 2)])
    jenny = make.role(ada, "Jenny", of=ballard)
    prepared = roles()

    assert prepared.read(series=dark.pk, begin="Jo") == [jonas]
    assert prepared.read(series=dark.pk, begin="Je") == []
    assert prepared.read(series=ballard.pk, begin="J") == [jenny]
    assert prepared.read(series=dark.pk, begin="%'") == []


def test_the_objects_have_what_the_queryset_asked_for_and_can_learn_the_rest():
    dark = make.series("Dark")
    make.role(make.person("Ada Berg"), "Jonas", of=dark, seasons=[make.season(dark)], billing="guest")

    with CaptureQueriesContext(connection) as queries:
        role = roles().read(series=dark.pk, begin="")[0]
        assert (role.character, role.person.name, getattr(role, "n")) == ("Jonas", "Ada Berg", 1)  # noqa: B009

    assert len(queries) == 1
    assert role.billing == "guest"


def test_a_queryset_is_written_once_a_thread():
    written: list[str] = []

    def build() -> QuerySet[Role]:
        written.append(threading.current_thread().name)
        return Role.objects.filter(series_id=Slot("series"))

    prepared = Prepared(build)

    prepared._written()
    prepared._written()
    other = threading.Thread(target=prepared._written, name="other")
    other.start()
    other.join()

    assert written == [threading.current_thread().name, "other"]
