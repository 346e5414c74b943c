"""What the API gives out: shapes for programs, kept stable while the models behind them move."""

from datetime import date, datetime
from typing import Literal, Self

from django.conf import settings
from ninja import Field, Schema
from pydantic import ConfigDict

from staffellauf.catalogue.models import Credit, Role, Season, Series, Topic
from staffellauf.newsroom.models import Article, Source

Kind = Literal["series", "person", "franchise", "organisation"]


def address(thing: Topic | Article) -> str:
    return settings.PUBLIC_URL + thing.get_absolute_url()


class TopicRef(Schema):
    kind: Kind
    slug: str
    name: str
    url: str

    @classmethod
    def of(cls, topic: Topic) -> Self:
        return cls.model_validate({"kind": topic.kind, "slug": topic.slug, "name": topic.name, "url": address(topic)})


class WeighedTopic(TopicRef):
    weight: Literal["main", "mentioned", "inherited"]


class SourceOut(Schema):
    name: str
    url: str
    reported_on: date | None

    @classmethod
    def of(cls, source: Source) -> Self:
        return cls(name=source.name, url=source.url, reported_on=source.reported_on)


class ArticleCard(Schema):
    slug: str
    headline: str
    deck: str
    url: str
    position: int
    """The publication's number; pass the last one as `before` to page on."""
    published_at: datetime
    updated_at: datetime | None
    is_spoiler: bool = Field(description="Whether it gives a plot away; headline and deck then tell nothing of it.")
    spoils_season: int | None = Field(description="Whoever has seen up to this season may read on; null: no spoiler.")
    spoils_episode: int | None = Field(description="Of that season; null when it is the whole season.")
    topics: list[WeighedTopic]


class ArticlePage(Schema):
    items: list[ArticleCard]
    next_before: int | None
    """`before` of the next page; null at the end."""


class ArticleOut(ArticleCard):
    byline: str
    body_html: str = Field(description="Clean HTML. Empty for a spoiler unless asked for with `spoiler=1`.")
    sources: list[SourceOut]
    earlier: str | None
    """Address of the article that this one continues."""


class Ninjs(Schema):
    """An article as ninjs 3.0: these and further fields, as the standard has them."""

    model_config = ConfigDict(extra="allow")

    uri: str
    version: str
    headlines: list[dict[str, str]]


class SeasonOut(Schema):
    number: int
    name: str
    episode_count: int | None
    start_year: int | None

    @classmethod
    def of(cls, season: Season) -> Self:
        return cls(
            number=season.number, name=str(season), episode_count=season.episode_count, start_year=season.start_year
        )


class RoleOut(Schema):
    person: TopicRef
    series: TopicRef
    character: str
    billing: Literal["main", "recurring", "guest"]
    seasons: list[int]
    """Numbers of the seasons it holds for; empty when not known."""

    @classmethod
    def of(cls, role: Role) -> Self:
        return cls.model_validate(
            {
                "person": TopicRef.of(role.person),
                "series": TopicRef.of(role.series),
                "character": role.character,
                "billing": role.billing,
                "seasons": sorted(season.number for season in role.seasons.all()),
            }
        )


class CreditOut(Schema):
    person: TopicRef
    series: TopicRef
    job: str

    @classmethod
    def of(cls, credit: Credit) -> Self:
        return cls(person=TopicRef.of(credit.person), series=TopicRef.of(credit.series), job=credit.job)


class TopicOut(TopicRef):
    summary: str
    aliases: list[str]
    external_ids: dict[str, str]


class SeriesOut(TopicOut):
    original_title: str
    status: str
    start_year: int | None
    end_year: int | None
    countries: list[str]
    franchises: list[TopicRef]
    organisations: list[TopicRef]
    seasons: list[SeasonOut]
    roles: list[RoleOut]
    credits: list[CreditOut]


class PersonOut(TopicOut):
    roles: list[RoleOut]
    credits: list[CreditOut]


def topic_fields(topic: Topic) -> dict[str, object]:
    return {
        **TopicRef.of(topic).dict(),
        "summary": topic.summary,
        "aliases": [alias.name for alias in topic.aliases.all()],
        "external_ids": {external.scheme: external.value for external in topic.external_ids.all()},
    }


def series_out(series: Series) -> SeriesOut:
    return SeriesOut.model_validate(
        {
            **topic_fields(series),
            "original_title": series.original_title,
            "status": series.status,
            "start_year": series.start_year,
            "end_year": series.end_year,
            "countries": series.countries.replace(",", " ").split(),
            "franchises": [TopicRef.of(franchise) for franchise in series.franchises.all()],
            "organisations": [TopicRef.of(organisation) for organisation in series.organisations.all()],
            "seasons": [SeasonOut.of(season) for season in series.seasons.all()],
            "roles": [RoleOut.of(role) for role in series.roles.all()],
            "credits": [CreditOut.of(credit) for credit in series.credits.all()],
        }
    )
