import pytest
from django.core.management import call_command

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
