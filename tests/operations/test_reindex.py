import pytest
from django.core.management import call_command

from staffellauf.catalogue.models import TopicName
from staffellauf.operations import queries as operations
from staffellauf.search import queries
from staffellauf.search.models import Entry
from tests import make

pytestmark = pytest.mark.django_db


def test_reindex_finds_topics_and_articles_again(capsys):
    make.article("Ballard geht weiter", about=[make.series("Ballard")])
    make.draft("Ballard geheim")
    Entry.objects.all().delete()
    assert queries.find("ballard") == []

    call_command("reindex")

    assert [hit.title for hit in queries.find("ballard")] == ["Ballard", "Ballard geht weiter"]
    assert "2 entries" in capsys.readouterr().out


def test_a_portal_of_a_version_without_an_index_is_noticed_and_filled():
    assert not operations.is_index_missing()
    series = make.series("Große Ärzte")
    assert not operations.is_index_missing()
    Entry.objects.all().delete()
    TopicName.objects.all().delete()
    assert operations.is_index_missing()

    call_command("reindex")

    assert not operations.is_index_missing()
    assert list(TopicName.objects.values_list("topic_id", "folded")) == [(series.pk, "grosse aerzte")]
