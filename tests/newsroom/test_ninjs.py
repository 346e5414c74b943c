"""ninjs in: what is taken, what is refused and with which words, and that the same file twice changes nothing."""

import json
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from staffellauf.catalogue import actions as catalogue
from staffellauf.newsroom import actions, linked, ninjs
from staffellauf.newsroom.models import Article, ArticleTopic, FormerSlug, Picture, Publication
from tests import make

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 24, 12, 0, tzinfo=UTC)


# Any: a file holds whatever JSON holds.
def item(**changes: Any) -> dict[str, Any]:
    return {
        "standard": {"name": "ninjs", "version": "3.0"},
        "uri": "urn:example:jenny",
        "type": "text",
        "pubstatus": "usable",
        "slugline": "ballard-jenny",
        "firstcreated": "2026-01-23T15:57:00+01:00",
        "versioncreated": "2026-01-23T15:57:00+01:00",
        "byline": "Ada",
        "headlines": [{"role": "main", "value": "Rosanna Arquette spielt in „Ballard“"}],
        "descriptions": [{"role": "summary", "value": "Sie ist Jenny."}],
        "bodies": [{"role": "main", "contenttype": "text/html", "value": "<p>Das berichtet Deadline.</p>"}],
        "subjects": [{"name": "Ballard", "uri": "staffellauf:series/ballard", "rel": "main"}],
        "infosources": [{"name": "Deadline", "uri": "https://deadline.com/"}],
    } | changes


def data(**changes: Any) -> bytes:
    return json.dumps(item(**changes)).encode()


def apply(
    folder: Path | None = None, *, now: datetime = NOW, allows_unknown: bool = False, **changes: Any
) -> ninjs.Outcome:
    return ninjs.apply(ninjs.read(data(**changes)), now=now, folder=folder, allows_unknown=allows_unknown)


def complaint(raw: bytes) -> str:
    with pytest.raises(ninjs.InvalidItem) as caught:
        ninjs.read(raw)
    return str(caught.value)


def photograph(path: Path, *, size: tuple[int, int] = (32, 20)) -> str:
    Image.new("RGB", size, "teal").save(path)
    return path.name


def lead(href: str, **changes: Any) -> list[dict[str, Any]]:
    picture = {
        "name": "lead",
        "type": "picture",
        "creditline": "Foto: Jo Sample",
        "headlines": [{"value": "Am Strand"}],
        "descriptions": [{"role": "caption", "value": "Ballards Wohnwagen am Strand."}],
        "renditions": [{"name": "original", "href": href}],
    }
    return [picture | changes]


def test_an_article_is_published_with_everything_the_file_says() -> None:
    ballard = make.series("Ballard")

    outcome = apply()

    article = outcome.article
    assert outcome.status == "published"
    assert (article.headline, article.deck, article.byline) == (
        "Rosanna Arquette spielt in „Ballard“", "Sie ist Jenny.", "Ada")  # fmt: skip
    assert article.get_absolute_url() == "/news/ballard-jenny/"
    assert article.first_published_at == datetime(2026, 1, 23, 14, 57, tzinfo=UTC)
    assert article.updated_at is None
    assert [(s.name, s.url) for s in article.sources.all()] == [("Deadline", "https://deadline.com/")]
    assert [(t.topic_id, t.kind) for t in ArticleTopic.objects.filter(article=article)] == [(ballard.pk, "main")]


def test_the_same_file_again_changes_nothing() -> None:
    make.series("Ballard")
    first = apply()

    second = apply()

    assert second.status == "unchanged"
    assert second.publication == first.publication
    assert first.article.revisions.count() == 1
    assert Article.objects.count() == 1


def test_a_corrected_file_updates_the_article_and_alerts_nobody_again() -> None:
    make.series("Ballard")
    apply()

    outcome = apply(headlines=[{"value": "Rosanna Arquette ist Jenny"}], versioncreated="2026-01-24T09:00:00+01:00")

    article = Article.objects.get()
    assert outcome.status == "updated"
    assert article.headline == "Rosanna Arquette ist Jenny"
    assert article.slug == "ballard-jenny"
    assert article.updated_at == datetime(2026, 1, 24, 8, 0, tzinfo=UTC)
    assert Publication.objects.count() == 1
    assert (
        apply(headlines=[{"value": "Rosanna Arquette ist Jenny"}], versioncreated="2026-01-24T09:00:00+01:00").status
        == "unchanged"
    )


def test_a_new_slugline_moves_the_article_and_its_old_address_leads_there() -> None:
    make.series("Ballard")
    apply()

    outcome = apply(slugline="arquette-in-ballard")

    assert outcome.article.slug == "arquette-in-ballard"
    assert FormerSlug.objects.get(slug="ballard-jenny").article == outcome.article


def test_without_a_uri_the_same_file_is_still_the_same_article() -> None:
    make.series("Ballard")
    apply(uri=None)

    assert apply(uri=None).status == "unchanged"
    assert apply(uri=None, byline="Grace").status == "updated"
    assert apply(uri=None, slugline="another-story").status == "published"


def test_ninjs_1_is_read_as_well() -> None:
    make.person("Rosanna Arquette")
    make.organisation("Prime Video")
    catalogue.set_external_id(make.series("Ballard"), "imdb", value="tt31183653")
    old = {
        "uri": "http://example.org/items/1",
        "headline": "Arquette ist dabei",
        "description_html": "<p>Sie ist <b>Jenny</b>.</p>",
        "body_xhtml": "<p>Erster Absatz.</p><p>Zweiter.</p>",
        "versioncreated": "2026-01-23T14:57:00Z",
        "subject": [{"name": "Ballard", "scheme": "https://www.imdb.com/title/", "code": "tt31183653", "rel": "about"}],
        "person": [{"name": "rosanna  arquette", "rel": "mentions"}],
        "organisation": [{"name": "Prime Video", "rel": "mentioned"}],
        "infosource": [{"name": "Deadline"}],
    }

    outcome = ninjs.apply(ninjs.read(json.dumps(old).encode()), now=NOW)

    article = outcome.article
    assert (article.deck, article.body) == ("Sie ist Jenny.", "<p>Erster Absatz.</p><p>Zweiter.</p>")
    assert article.slug == "arquette-ist-dabei"
    assert [(t.name, s.weight) for t, s in zip(outcome.topics, article.subjects.all(), strict=True)] == [
        ("Ballard", "main"), ("Rosanna Arquette", "mentioned"), ("Prime Video", "mentioned"),
    ]  # fmt: skip


def test_keys_in_camel_case_and_plain_text_are_read_as_well() -> None:
    make.series("Ballard")
    camel = item(bodies=[{"contentType": "text/plain", "value": "Eins & zwei.\n\nDrei\nvier."}], by="Grace")
    camel["pubStatus"], camel["firstCreated"] = camel.pop("pubstatus"), camel.pop("firstcreated")
    del camel["byline"]

    article = ninjs.apply(ninjs.read(json.dumps(camel).encode()), now=NOW).article

    assert article.body == "<p>Eins &amp; zwei.</p><p>Drei<br>vier.</p>"
    assert article.byline == "Grace"


@pytest.mark.parametrize(
    "uri",
    ["imdb:tt31183653", "https://www.imdb.com/title/tt31183653/", "https://www.imdb.com/de/title/tt31183653/?ref_=x",
     "tmdb:255661", "https://www.themoviedb.org/tv/255661-ballard", "tvmaze:74131",
     "https://www.tvmaze.com/shows/74131/ballard", "wikidata:Q124365401", "http://www.wikidata.org/entity/Q124365401",
     "/serien/ballard/", "http://testserver/serien/ballard/", "/en/serien/ballard/", "/serien/die-ballard/"],
)  # fmt: skip
def test_a_topic_is_found_by_its_id_or_address(uri: str) -> None:
    ballard = make.series("Ballard")
    catalogue.change_slug(ballard, "die-ballard")
    catalogue.change_slug(ballard, "ballard")
    for scheme, value in [("imdb", "tt31183653"), ("tmdb", "255661"), ("tvmaze", "74131"), ("wikidata", "Q124365401")]:
        catalogue.set_external_id(ballard, scheme, value=value)
    catalogue.set_external_id(make.person("Somebody Else"), "tmdb", value="255661")

    outcome = apply(subjects=[{"uri": uri}])

    assert [topic.pk for topic in outcome.topics] == [ballard.pk]


def test_an_alias_and_an_original_title_name_a_topic_too() -> None:
    dark = make.series("Die Brücke", original_title="Broen")
    dark.aliases.create(name="Bron/Broen")
    catalogue.refresh_search_text(dark)

    for name in ("die bruecke", "BROEN", "Bron Broen"):
        assert [t.pk for t in apply(subjects=[{"name": name}]).topics] == [dark.pk]


def test_an_unknown_topic_is_refused_with_the_nearest_names() -> None:
    make.series("Bosch: Legacy")

    with pytest.raises(ninjs.InvalidItem) as caught:
        apply(subjects=[{"name": "Bosch Legacies"}])

    assert str(caught.value) == (
        "subjects[0].name: no series or franchise of ours is “Bosch Legacies”;"
        " perhaps staffellauf:series/bosch-legacy (Bosch: Legacy)"
    )
    assert not Article.objects.exists()


def test_a_name_that_two_topics_carry_is_refused_with_both() -> None:
    make.series("Bosch")
    make.franchise("Bosch")

    with pytest.raises(ninjs.InvalidItem, match=r"staffellauf:franchise/bosch \(Bosch\), staffellauf:series/bosch"):
        apply(subjects=[{"name": "Bosch"}])


def test_unknown_topics_may_be_left_out_with_a_warning() -> None:
    make.series("Ballard")

    outcome = apply(
        allows_unknown=True,
        subjects=[
            {"uri": "staffellauf:series/ballard"},
            {"name": "Sport", "uri": "http://cv.iptc.org/newscodes/medtop/1"},
        ],
    )

    assert [t.name for t in outcome.topics] == ["Ballard"]
    assert len(outcome.warnings) == 1


def test_an_article_without_a_main_topic_is_refused() -> None:
    make.series("Ballard")

    with pytest.raises(ninjs.InvalidItem, match=r"^subjects: an article needs a main topic"):
        apply(subjects=[{"name": "Ballard", "rel": "mentioned"}])


def test_links_to_our_pages_are_stored_as_what_they_mean() -> None:
    ballard = make.series("Ballard")
    earlier = make.article("Ballard kommt", about=[ballard])

    article = apply(
        bodies=[{"value": '<p><a href="/serien/ballard/">B</a> <a href="/news/ballard-kommt/">früher</a>'
                 ' <a href="https://example.org/?a=1&amp;b=2" onclick="x()">fremd</a> <a href="js:x">x</a></p>'}]
    ).article  # fmt: skip

    assert article.body == (
        f'<p><a linktype="topic" id="{ballard.pk}">B</a> <a linktype="article" id="{earlier.pk}">früher</a>'
        ' <a href="https://example.org/?a=1&amp;b=2">fremd</a> x</p>'
    )
    assert linked.topics(article.body) == [ballard.pk]


def test_a_link_to_a_topic_that_we_do_not_have_is_refused() -> None:
    make.series("Ballard")
    bodies = [{"contenttype": "text/html", "value": '<p><a href="/serien/bosh/">Bosch</a></p>'}]

    with pytest.raises(ninjs.InvalidItem, match=r"^bodies\[0\].value: links to /serien/bosh/, which we do not have"):
        apply(bodies=bodies)

    assert apply(bodies=bodies, allows_unknown=True).article.body == "<p>Bosch</p>"


def test_the_earlier_article_is_found_by_uri_or_slug() -> None:
    make.series("Ballard")
    first = apply().article

    second = apply(
        uri="urn:2", slugline="zwei", associations=[{"type": "text", "name": "earlier", "uri": "urn:example:jenny"}]
    )
    third = apply(uri="urn:3", slugline="drei", associations={"earlier": {"type": "text", "uri": "ballard-jenny"}})

    assert second.article.earlier_article == third.article.earlier_article == first


def test_a_picture_comes_with_its_credit_and_a_name_nobody_guesses(tmp_path: Path) -> None:
    make.series("Ballard")
    associations = lead(photograph(tmp_path / "strand.jpg"))

    article = apply(tmp_path, associations=associations).article

    picture = article.lead_picture
    assert picture is not None
    assert (picture.credit, picture.title, picture.description) == (
        "Foto: Jo Sample", "Am Strand", "Ballards Wohnwagen am Strand.")  # fmt: skip
    assert article.lead_caption == "Ballards Wohnwagen am Strand."
    assert (picture.width, picture.height) == (32, 20)
    assert "strand" not in picture.file.name
    assert apply(tmp_path, associations=associations).status == "unchanged"


def test_a_new_caption_keeps_the_picture_and_a_new_file_replaces_it(tmp_path: Path) -> None:
    make.series("Ballard")
    name = photograph(tmp_path / "a.png")
    first = apply(tmp_path, associations=lead(name)).article.lead_picture

    same = apply(tmp_path, associations=lead(name, creditline="Foto: Sam Sample")).article.lead_picture
    photograph(tmp_path / "a.png", size=(40, 30))
    other = apply(tmp_path, associations=lead(name)).article.lead_picture

    assert same == first
    assert other != first


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"creditline": ""}, "associations[0].creditline: a picture needs a credit"),
        ({"renditions": []}, "associations[0].renditions: a picture needs a rendition with the path of its file"),
        ({"renditions": [{"href": "https://example.org/a.jpg"}]}, "is a web address"),
        ({"renditions": [{"href": "../secret.jpg"}]}, "lies outside"),
        ({"renditions": [{"href": "/etc/passwd"}]}, "lies outside"),
        ({"renditions": [{"href": "nowhere.jpg"}]}, "there is no file"),
        ({"renditions": [{"href": "a.txt"}]}, "is no picture"),
        ({"renditions": [{"href": "huge.png"}]}, "10000 × 6000 pixels, at most 50 megapixels"),
    ],
)
def test_a_picture_that_cannot_be_shown_is_refused_and_leaves_nothing(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    make.series("Ballard")
    folder = tmp_path / "articles"
    folder.mkdir()
    photograph(tmp_path / "secret.jpg")
    (folder / "a.txt").write_text("not a picture")
    Image.new("1", (10_000, 6_000)).save(folder / "huge.png")

    with pytest.raises(ninjs.InvalidItem) as caught:
        apply(folder, associations=lead("a.jpg", **changes))

    assert words in str(caught.value)
    assert not Article.objects.exists()
    assert not Picture.objects.exists()


def test_a_failure_after_the_picture_was_stored_takes_its_file_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.series("Ballard")

    def full(*args: object, **kwargs: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(actions, "record_publication", full)
    before = stored_files()

    with pytest.raises(OSError, match="disk full"):
        apply(tmp_path, associations=lead(photograph(tmp_path / "a.jpg")))

    assert stored_files() == before
    assert not Article.objects.exists()


def stored_files() -> set[str]:
    return set(default_storage.listdir("pictures")[1]) if default_storage.exists("pictures") else set()


def test_a_dry_run_tells_the_outcome_and_stores_nothing(tmp_path: Path) -> None:
    make.series("Ballard")
    before = stored_files()

    with pytest.raises(ninjs.DryRun) as caught:
        ninjs.apply(
            ninjs.read(data(associations=lead(photograph(tmp_path / "a.jpg")))),
            now=NOW,
            folder=tmp_path,
            is_dry_run=True,
        )

    assert caught.value.outcome.status == "published"
    assert not Article.objects.exists()
    assert stored_files() == before


def test_an_article_of_tomorrow_is_refused_with_a_hint() -> None:
    make.series("Ballard")

    with pytest.raises(ninjs.InvalidItem, match=r"^firstcreated: 2026-01-25 12:00 UTC is still to come; schedule it"):
        apply(firstcreated="2026-01-25T12:00:00Z")


@pytest.mark.parametrize("status", ["canceled", "withheld"])
def test_a_withdrawn_article_goes_offline_and_comes_back_without_a_second_publication(status: str) -> None:
    make.series("Ballard")
    apply()

    assert apply(pubstatus=status).status == "withdrawn"
    assert not Article.objects.published().exists()
    assert apply(pubstatus=status).status == "unchanged"
    assert apply().status == "updated"
    assert Article.objects.published().count() == Publication.objects.count() == 1


def test_withdrawing_what_was_never_here_is_refused() -> None:
    with pytest.raises(ninjs.InvalidItem, match="was never published here"):
        apply(pubstatus="canceled")


def test_an_article_locked_in_the_newsroom_is_left_alone() -> None:
    make.series("Ballard")
    apply()
    Article.objects.update(locked=True)

    with pytest.raises(ninjs.InvalidItem, match="is locked in the newsroom"):
        apply(byline="Grace")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "not JSON: Expecting value in line 1, column 1"),
        (b"\xff{}", "not UTF-8 at byte 0"),
        (b"[]", "expected an object, found an array"),
        (b'{"a": NaN}', "not JSON that can be read"),
        (b"[" * 100_000, "not JSON that can be read"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not JSON that can be read"),
        (b" " * (5 * 2**20 + 1), "5,242,881 bytes, at most 5,242,880 are read"),
        (data(type="video"), "type: this is a video"),
        (data(headlines=[]), "headlines: an article needs a headline"),
        (data(headlines=[{"value": " \u200b "}]), "headlines[0].value: an article needs a headline"),
        (data(headlines="Jenny"), "headlines: expected an array, found text"),
        (data(headlines=[{"value": 7}]), "headlines[0].value: expected text, found a number"),
        (data(headlines=[["x"]]), "headlines[0]: expected an object, found an array"),
        (data(headlines=[{"value": "x" * 161}]), "headlines[0].value: 161 characters, at most 160 fit"),
        (data(headlines=[{"value": "a\0b"}]), "headlines[0].value: holds a NUL character"),
        (data(headlines=[{"value": "a\ud800b"}]), "headlines[0].value: holds half a surrogate pair"),
        (data(bodies=[]), "bodies: an article needs a body"),
        (data(bodies=[{"value": "<p> </p>"}]), "bodies[0].value: an article needs a body"),
        (data(bodies=[{"value": "x" * 200_001}]), "bodies[0].value: 200,001 characters, at most 200,000 fit"),
        (data(subjects=[{}]), "subjects[0]: a topic needs a name or a uri"),
        (data(subjects=[{"name": "x", "rel": "is"}]), "subjects[0].rel: expected main or mentioned, found is"),
        (data(infosources=[{"uri": "https://x.example/"}]), "infosources[0].name: a source needs a name"),
        (data(firstcreated="yesterday"), "firstcreated: expected a time such as"),
        (data(firstcreated="0001-01-01T00:00:00+14:00"), "firstcreated: expected a year from 1990 to 2100, found 1"),
        (data(pubstatus="maybe"), "pubstatus: expected usable, withheld or canceled, found maybe"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_with_the_place_and_the_reason(raw: bytes, words: str) -> None:
    assert words in complaint(raw)


def test_a_body_nested_without_end_takes_no_time() -> None:
    make.series("Ballard")

    article = apply(bodies=[{"contenttype": "text/html", "value": "<div>" * 30_000 + "x"}]).article

    assert article.body == "<p>x</p>"


def test_the_picture_of_a_gif_or_avif_is_taken(tmp_path: Path) -> None:
    make.series("Ballard")
    for extension in ("gif", "avif", "webp"):
        buffer = BytesIO()
        Image.new("RGB", (8, 8), "red").save(buffer, format=extension)
        (tmp_path / f"a.{extension}").write_bytes(buffer.getvalue())

        picture = apply(tmp_path, associations=lead(f"a.{extension}")).article.lead_picture

        assert picture is not None
        assert picture.file.name.endswith(extension)
