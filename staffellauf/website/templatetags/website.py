"""What our templates draw and format themselves."""

from datetime import date, datetime
from functools import cache
from typing import Any

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from staffellauf.catalogue.models import Episode, Season, Series, Topic, TopicKind
from staffellauf.common import dates, paths
from staffellauf.website import assets, embeds, pictures, stardrawing, structured, titlecards
from staffellauf.website.pages import words

register = template.Library()
SITE_HUE = 258
CHANNEL_ICONS = {"mail": "mail", "unifiedpush": "smartphone", "apprise": "message-circle", "webhook": "link"}


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of the sprite, hidden from screen readers: a word stands beside it."""
    return _icon(name, staticfiles_storage.url("website/icons/icons.svg"))


@cache
def _icon(name: str, sprite: str, /) -> SafeString:
    return format_html(
        '<svg class="icon" width="20" height="20" aria-hidden="true"><use href="{}#{}"/></svg>', sprite, name
    )


@register.simple_tag
def asset(name: str) -> str:
    """The address of `site.css` or `site.js`, fingerprinted."""
    return assets.url(name)


@register.simple_tag
def card_art(topic: Topic | None, name: str = "") -> SafeString:
    """The drawing of a topic's title card; of the site's own when there is no topic."""
    drawn = titlecards.art(topic.name, topic.hue) if topic else titlecards.art(name, SITE_HUE)
    # Numbers and colours of our own; the name only seeds them.
    return mark_safe(
        '<svg class="card-art" viewBox="0 0 320 180" preserveAspectRatio="xMidYMid slice" aria-hidden="true">'
        f"{drawn}</svg>"
    )


@register.simple_tag
def card_banner(topic: Topic) -> SafeString:
    """The drawing of a title card for a wide head: its middle band."""
    return mark_safe(
        '<svg class="card-art" viewBox="0 12 320 128" preserveAspectRatio="xMidYMid slice" aria-hidden="true">'
        f"{titlecards.art(topic.name, topic.hue)}</svg>"
    )


@register.simple_tag
def chip(topic: Topic) -> SafeString:
    """A small sign of the topic beside its name in a list."""
    is_person = topic.kind == TopicKind.PERSON
    drawn = (titlecards.monogram if is_person else titlecards.chip)(topic.name, topic.hue)
    name = "chip chip-person" if is_person else "chip"
    return mark_safe(f'<svg class="{name}" viewBox="0 0 8 8" aria-hidden="true">{drawn}</svg>')


@register.simple_tag
def stars(half_stars: int) -> SafeString:
    """Five stars in a row, so many halves of them full; words stand beside it."""
    return mark_safe(stardrawing.row(half_stars))


@register.inclusion_tag("website/parts/picture.html")
def picture_of(article: Any, sizes: str = "100vw", eager: bool = False, titled: bool = False) -> dict[str, Any]:
    """An article's lead picture in the sizes that exist, else the title card of its lead topic."""
    return {
        "picture": pictures.load(article.lead_picture, sizes=sizes),
        "topic": article.lead_topic,
        "eager": eager,
        "titled": titled,
    }


@register.filter
def is_pictured(article: Any) -> bool:
    """Whether it has a lead picture that readers may see."""
    return pictures.cleared(article.lead_picture) is not None


@register.filter
def body(value: str) -> SafeString:
    """An article's text in storage form, with its links, pictures and placeholders."""
    return embeds.html(value)


@register.simple_tag
def json_ld(value: dict[str, Any]) -> SafeString:
    return structured.script(value)


@register.simple_tag
def absolute(path: str) -> str:
    return paths.absolute(path)


@register.filter
def topic_names(topics: list[Topic]) -> str:
    """Names as a sentence lists them; a series and the franchise it gave its name count once."""
    names = list(dict.fromkeys(quoted(topic) for topic in topics))
    if len(names) < 2:
        return "".join(names)
    return _("%(names)s and %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}


def quoted(topic: Topic) -> str:
    """Titles stand in quotes; names of people, networks and streamers do not."""
    is_title = topic.kind in (TopicKind.SERIES, TopicKind.FRANCHISE)
    return _("“%(title)s”") % {"title": topic.name} if is_title else topic.name


@register.filter
def dashes(value: str) -> str:
    """No line begins with a dash: it stays with the word before it."""
    return value.replace(" – ", "\N{NO-BREAK SPACE}– ")


@register.simple_tag(takes_context=True)
def path_in(context: template.Context, language: str) -> str:
    """The page's own path in the other language."""
    request: HttpRequest | None = context.get("request")
    path = request.path if request else "/"
    bare = path.removeprefix("/en") if path == "/en" or path.startswith("/en/") else path
    return f"/en{bare}" if language == "en" else bare or "/"


@register.filter
def iso(value: datetime) -> str:
    return dates.iso(value)


@register.filter
def clock(value: datetime) -> str:
    return dates.clock(value)


@register.filter
def time_of_day(value: datetime) -> str:
    return dates.time_of_day(value)


@register.filter
def moment(value: datetime) -> str:
    return dates.moment(value)


@register.filter
def long_day(value: date) -> str:
    return dates.long_day(value)


@register.filter
def short_day(value: date) -> str:
    return dates.short_day(value, today=dates.day_of(timezone.now()))


@register.filter
def numeric_day(value: date) -> str:
    return dates.numeric_day(value)


@register.filter
def iso_day(value: date) -> str:
    return value.isoformat()


@register.filter
def day_name(value: date) -> str:
    return dates.day_name(value, today=dates.day_of(timezone.now()))


@register.filter
def licence(value: str) -> str:
    """CC-BY-SA-4.0, as SPDX has it, as people write it: CC BY-SA 4.0."""
    parts = value.split("-")
    if len(parts) > 2 and parts[0] == "CC":
        return f"CC {'-'.join(parts[1:-1])} {parts[-1]}"
    return " ".join(parts) if value.startswith("CC0") else value


@register.filter
def kinship(kind: str) -> str:
    return words.kinship(kind)


@register.filter
def name_of_season(season: Season) -> str:
    return words.season_name(season)


@register.filter
def address_of_season(season: Season, series: Series) -> str:
    return words.season_address(series, season)


@register.filter
def place_of(episode: Episode) -> str:
    """S 2, F 5"""
    return words.place(episode.season, [episode])


@register.filter
def address_in(episode: Episode, series: Series) -> str:
    return words.episode_address(series, episode.season, episode)


@register.filter
def alerts_address(topic: Topic) -> str:
    """Where a reader chooses what following the topic tells."""
    return paths.of(f"{topic.kind}-alerts", topic.slug)


@register.filter
def channel_icon(channel: str) -> str:
    return CHANNEL_ICONS.get(channel, "bell")
