"""Making one entry of two on the editors' screens."""

import pytest
from django.test import Client
from django.urls import reverse

from staffellauf.catalogue import actions
from staffellauf.catalogue.models import Merge, Series, Topic
from tests import make

pytestmark = pytest.mark.django_db


def signed_in(group: str = "Redaktion") -> Client:
    client = Client()
    client.force_login(make.editor("grace" if group == "Redaktion" else "linus", group=group))
    return client


def step(name: str, *args: object) -> str:
    return reverse(f"catalogue_admin:{name}", args=args)


def test_an_editor_chooses_compares_merges_and_takes_it_back() -> None:
    client = signed_in()
    kept, gone = make.series("Dark", start_year=2017), make.series("Dark (DE)", runtime_min=53)
    make.reader("ada", follows=[kept, gone])
    make.role(make.person(), "Jenny", of=gone)

    assert "Dark" in client.get(step("merge", kept.pk)).content.decode()
    chosen = client.post(step("merge", kept.pk), {"other": str(gone.pk)})
    assert chosen["Location"] == step("merge_confirm", kept.pk, gone.pk)
    page = client.get(chosen["Location"])
    moving = {(count.moves, count.stays, count.doubled) for count in page.context["counts"]}
    assert (1, 1, 1) in moving
    assert (1, 0, 0) in moving
    assert "2017" in page.content.decode()
    assert not Merge.objects.exists()

    client.post(chosen["Location"])
    assert Topic.everything.get(pk=gone.pk).merged_into_id == kept.pk
    merge = Merge.objects.get()
    assert merge.made_by is not None
    assert "Dark (DE)" in client.get(step("merges"), {"of": kept.pk}).content.decode()

    client.post(step("merge_undo", merge.pk))
    assert Topic.objects.filter(pk=gone.pk).exists()
    again = client.post(step("merge_undo", merge.pk), follow=True)
    assert again.status_code == 200
    assert Merge.objects.get().undone_at is not None


def test_what_cannot_become_one_is_said() -> None:
    client = signed_in()
    dark, person = make.series("Dark"), make.person()

    for other in (dark.pk, person.pk, 10**17, "x"):
        assert client.post(step("merge", dark.pk), {"other": str(other)}).status_code == 422
    assert client.get(step("merge_confirm", dark.pk, person.pk)).status_code == 404
    assert client.get(step("merge_confirm", dark.pk, dark.pk)).status_code == 404
    assert client.get(step("merge", 10**17)).status_code == 404


def test_authors_merge_nothing() -> None:
    client = signed_in("Autor")
    kept, gone = make.series("Dark"), make.series("Dark (DE)")
    merge = Merge.objects.create(kept=kept, gone=gone)

    for url in (step("merges"), step("duplicates"), step("merge", kept.pk), step("merge_confirm", kept.pk, gone.pk)):
        assert client.get(url).status_code == 302
    client.post(step("merge_confirm", kept.pk, gone.pk))
    client.post(step("merge_undo", merge.pk))

    assert Topic.objects.filter(pk=gone.pk).exists()
    assert Merge.objects.get().undone_at is None


def test_entries_of_one_name_and_year_are_suggested() -> None:
    client = signed_in()
    one = make.series("Dark", start_year=2017)
    other = Series.objects.create(name="DARK", slug="dark-2", start_year=2018)
    Series.objects.create(name="Dark", slug="dark-1999", start_year=1999)
    for topic in Topic.objects.all():
        actions.refresh_search_text(topic)
        topic.folded_names.get_or_create(kind=topic.kind, folded="dark")

    page = client.get(step("duplicates"))

    assert [(pair.one.pk, pair.other.pk) for pair in page.context["pairs"]] == [(one.pk, other.pk)]
    assert client.get(step("duplicates"), {"kind": "person"}).status_code == 200
    assert client.get(step("duplicates"), {"kind": "nonsense"}).status_code == 404
