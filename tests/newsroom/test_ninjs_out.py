"""ninjs out, and in again: what is written is valid by the standard and means the same article."""

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.images import ImageFile
from django.utils import timezone
from jsonschema import Draft202012Validator
from PIL import Image

from staffellauf.newsroom import actions as newsroom
from staffellauf.newsroom import ninjs, signing
from staffellauf.newsroom.models import Article, Author, Byline, Fact, Kind, Picture
from tests import make

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 25, 12, 0, tzinfo=UTC)


def names(*allowed: str, required: tuple[str, ...] = (), numbers: tuple[str, ...] = ()) -> dict[str, Any]:
    """An array of objects that know these names only."""
    properties = {name: {"type": "string"} for name in allowed} | {name: {"type": "number"} for name in numbers}
    item = {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}
    return {"type": "array", "items": item}


MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$"}
URI = {"type": "string", "pattern": r"^[a-z][a-z0-9+.-]*:\S+$"}
STRING = {"type": "string"}
# The names and types of ninjs 3.0 that we use (iptc.org/std/ninjs/ninjs-schema_3.0.json); it allows no others.
NINJS: dict[str, Any] = {
    "uri": URI, "type": {"enum": ["text", "picture"]}, "representationType": {"enum": ["full", "partial"]},
    "profile": STRING, "version": STRING, "firstCreated": MOMENT, "versionCreated": MOMENT, "embargoed": MOMENT,
    "pubStatus": {"enum": ["usable", "withheld", "canceled"]}, "copyrightHolder": STRING, "copyrightNotice": STRING,
    "language": STRING, "by": STRING, "slugline": STRING,
    "descriptions": names("role", "contentType", "value", required=("value",)),
    "bodies": names("role", "contentType", "value", required=("value",), numbers=("charCount", "wordCount")),
    "headlines": names("role", "contentType", "value", required=("value",)),
    "people": names("name", "rel", "uri", "literal"), "organisations": names("name", "rel", "uri", "literal"),
    "subjects": names("name", "rel", "uri", "literal"), "infoSources": names("name", "role", "uri", "literal"),
    "renditions": names("name", "href", "contentType", required=("name",), numbers=("width", "height")),
    "altIds": names("role", "value"), "genres": names("name", "uri", "literal"),
    "standard": {
        "type": "object", "properties": dict.fromkeys(("name", "version", "schema"), STRING),
        "additionalProperties": False,
    },
}  # fmt: skip
ASSOCIATION = {
    "type": "object", "properties": NINJS | {"name": STRING}, "required": ["name", "uri"],
    "additionalProperties": False,
}  # fmt: skip
VALIDATOR = Draft202012Validator(
    {
        "type": "object", "required": ["uri"], "additionalProperties": False,
        "properties": NINJS | {"associations": {"type": "array", "items": ASSOCIATION}},
    }
)  # fmt: skip


def picture() -> Picture:
    data = BytesIO()
    Image.new("RGB", (320, 200), "teal").save(data, "JPEG")
    return Picture.objects.create(
        title="Strand", file=ImageFile(data, name="a.jpg"), credit="Foto: Jo Sample", description="Am Strand",
        file_hash=ninjs.applying.pictures.digest(data.getvalue()),
    )  # fmt: skip


def story() -> Article:
    """With everything that an article can say."""
    ballard, jenny = make.series("Ballard"), make.person("Rosanna Arquette")
    earlier = make.article("Ballard kommt wieder", about=[ballard])
    article = make.article(
        "Arquette ist Jenny", about=[ballard], mentioning=[jenny, make.organisation("Prime Video")],
        deck="Sie spielt mit.", kind=Kind.REVIEW, half_stars=7, spoils_season=2, spoils_episode=5,
        neutral_headline="Neues von Ballard", earlier_article=earlier, published_at=make.EVENING,
        lead_picture=picture(), lead_caption="Der Strand.",
        body=f'<p>Von <a linktype="topic" id="{ballard.pk}">Ballard</a> und <a href="https://x.example/">mehr</a>.</p>',
    )  # fmt: skip
    article.bylines = [
        Byline(author=Author.objects.create(name=name, slug=name.lower().replace(" ", "-")), sort_order=n)
        for n, name in enumerate(["Ada Muster", "Ben Probe"])
    ]
    article.save()
    newsroom.publish(article)
    Fact.objects.create(
        article=article, kind="casting", status="confirmed", series=ballard, person=jenny, slots={"character": "Jenny"}
    )
    return Article.objects.get(pk=article.pk)


def test_what_is_written_is_valid() -> None:
    value = ninjs.written(story())

    VALIDATOR.validate(value)

    assert value["standard"]["version"] == "3.0"
    assert value["by"] == signing.enumeration(["Ada Muster", "Ben Probe"])
    assert [one["rel"] for one in value["people"]] == ["mentioned", "author", "author"]
    assert value["associations"][0]["copyrightNotice"] == "Foto: Jo Sample"
    more = json.loads(value["bodies"][1]["value"])
    assert (more["facts"][0]["kind"], more["facts"][0]["person"]) == ("casting", "staffellauf:person/rosanna-arquette")
    assert not VALIDATOR.is_valid(value | {"facts": []})


def test_what_is_written_is_the_same_article_when_it_is_read_again() -> None:
    article = story()
    topics = list(article.subjects.order_by("sort_order").values_list("topic_id", "weight"))

    first = ninjs.apply(ninjs.read(json.dumps(ninjs.written(article)).encode()), now=timezone.now())
    second = ninjs.apply(ninjs.read(json.dumps(ninjs.written(article)).encode()), now=timezone.now())

    again = Article.objects.get(pk=article.pk)
    assert (first.status, second.status, first.article.pk) == ("updated", "unchanged", article.pk)
    assert first.warnings == ()
    for name in (
        "headline", "deck", "body", "kind", "half_stars", "spoils_season", "spoils_episode", "neutral_headline", "slug",
        "byline", "lead_caption", "earlier_article_id", "lead_picture_id", "first_published_at",
    ):  # fmt: skip
        assert getattr(again, name) == getattr(article, name), name
    assert set(again.subjects.values_list("topic_id", "weight")) == set(topics)
    assert [byline.author.name for byline in again.bylines.all()] == ["Ada Muster", "Ben Probe"]
    assert Article.objects.count() == 2


def item(**changes: Any) -> bytes:
    value = {
        "uri": "urn:example:jenny", "headlines": [{"value": "Arquette ist Jenny"}], "slugline": "jenny",
        "bodies": [{"value": "<p>Das berichtet Deadline.</p>"}], "subjects": [{"uri": "staffellauf:series/ballard"}],
    }  # fmt: skip
    return json.dumps(value | changes).encode()


def applied(**changes: Any) -> ninjs.Outcome:
    return ninjs.apply(ninjs.read(item(**changes)), now=NOW)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"genre": "interview"}, "interview"), ({"genres": [{"literal": "obituary"}]}, "obituary"),
        ({"genres": [{"name": "Nachruf"}]}, "obituary"), ({"profile": "review"}, "review"),
        ({"genre": [{"code": "review", "name": "?"}]}, "news"), ({}, "news"), ({"profile": "text-only"}, "news"),
    ],
)  # fmt: skip
def test_a_genre_is_the_kind(changes: dict[str, Any], kind: str) -> None:
    make.series("Ballard")

    assert applied(**changes).article.kind == kind


def test_an_unknown_genre_is_told_and_an_update_without_one_keeps_the_kind() -> None:
    make.series("Ballard")

    assert "Horoskop" in applied(genres=[{"name": "Horoskop"}]).warnings[0]
    assert applied(genres=[{"literal": "interview"}]).article.kind == "interview"
    assert applied(by="Ada").article.kind == "interview"


def test_a_file_without_them_leaves_the_newsrooms_marks_alone() -> None:
    make.series("Ballard")
    article = applied().article
    article.spoils_season, article.neutral_headline = 2, "Neues von Ballard"
    newsroom.publish(article)

    again = applied(by="Ada").article

    assert (again.spoils_season, again.neutral_headline) == (2, "Neues von Ballard")


def test_an_advertisement_names_who_pays() -> None:
    make.series("Ballard")

    with pytest.raises(ninjs.InvalidItem):
        applied(genre="advertorial")
    article = applied(genre="advertorial", organisations=[{"name": "Streamia", "rel": "advertiser"}]).article

    assert (article.kind, article.advertiser) == ("advertisement", "Streamia")


def test_an_embargo_is_kept() -> None:
    make.series("Ballard")
    tomorrow = (timezone.now() + timedelta(days=1)).isoformat()

    with pytest.raises(ninjs.InvalidItem):
        applied(embargoed=tomorrow)

    assert not Article.objects.exists()
    assert applied(embargoed="2026-01-20T00:00:00Z").article.embargo_until == datetime(2026, 1, 20, tzinfo=UTC)


def test_authors_are_entries_when_all_are_known_and_words_otherwise() -> None:
    make.series("Ballard")
    Author.objects.create(name="Ada Muster", slug="ada-muster")
    people = [{"name": "Ada Muster", "rel": "author"}, {"name": "Ben Probe", "rel": "author"}]

    by_name = applied(uri="urn:1", slugline="eins", by="Ada Muster").article
    half = applied(uri="urn:2", slugline="zwei", people=people).article
    Author.objects.create(name="Ben Probe", slug="ben-probe")
    whole = applied(uri="urn:3", slugline="drei", people=people).article

    assert ([row.author.name for row in by_name.bylines.all()], by_name.byline) == (["Ada Muster"], "")
    assert (half.bylines.count(), half.byline) == (0, signing.enumeration(["Ada Muster", "Ben Probe"]))
    assert [row.author.name for row in whole.bylines.all()] == ["Ada Muster", "Ben Probe"]


@pytest.mark.parametrize("value", ["null", '"x"', "[1]", '{"half_stars": 11}', '{"half_stars": true}',
                                   '{"spoils_season": 99999999999999999999}', '{"starts_period": 7}', "{"])  # fmt: skip
def test_a_broken_extension_is_refused(value: str) -> None:
    bodies = [{"value": "<p>Text.</p>"}, {"contentType": ninjs.extras.TYPE, "value": value}]

    with pytest.raises(ninjs.InvalidItem):
        ninjs.read(item(bodies=bodies))


def test_pictures_inside_the_text_are_left_out_with_a_warning() -> None:
    make.series("Ballard")

    outcome = applied(bodies=[{"value": '<p>Text. <img src="https://x.example/a.jpg"></p>'}])

    assert "pictures inside the text" in outcome.warnings[0]
    assert "img" not in outcome.article.body
