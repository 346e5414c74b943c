"""What each kind of fact means for the catalogue, as steps that nobody has taken yet. Reads only."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from staffellauf.catalogue.models import (
    Alias,
    Credit,
    Episode,
    Organisation,
    Person,
    Relation,
    Release,
    Role,
    Season,
    Series,
    TopicKind,
    TopicName,
    Work,
)
from staffellauf.common import dates, text
from staffellauf.newsroom.facts import words
from staffellauf.newsroom.models import Fact

DAY, MINUTE = Release.Precision.DAY, Release.Precision.MINUTE


@dataclass(slots=True)
class Step:
    """One row that is made or changed. `joins` and `parts` name relations and the rows that come or go there."""

    row: Any  # a row of any model, here and below
    words: str
    is_new: bool = False
    after: dict[str, Any] = field(default_factory=dict)
    joins: dict[str, list[Any]] = field(default_factory=dict)
    parts: dict[str, list[Any]] = field(default_factory=dict)
    is_status: bool = False

    @property
    def changes(self) -> list[tuple[str, str, str]]:
        """Field, before and after, for people."""
        return [
            (
                str(self.row._meta.get_field(name).verbose_name),
                shown(self.row, name, None),
                shown(self.row, name, value),
            )
            for name, value in self.after.items()
        ]


@dataclass(frozen=True, slots=True)
class Plan:
    steps: list[Step]
    reason: str = ""
    """Why there are none."""


def shown(row: Any, name: str, value: Any) -> str:
    """A field's value as people read it; of the row itself without one."""
    value = getattr(row, name) if value is None else value
    choices = dict(row._meta.get_field(name).flatchoices)
    if isinstance(value, models.Model):
        return str(value)
    if isinstance(value, datetime):
        return dates.moment(value)
    if isinstance(value, date):
        return dates.numeric_day(value)
    return str(choices.get(value, "–" if value in (None, "") else value))


def _season(fact: Fact) -> tuple[Season | None, list[Step]]:
    """The season that the fact names, and the step that makes it when it is missing."""
    if fact.season_number is None or fact.series_id is None:
        return None, []
    there = Season.objects.filter(series=fact.series_id, number=fact.season_number).first()
    if there:
        return there, []
    made = Season(series_id=fact.series_id, number=fact.season_number, episode_count=fact.slots.get("episode_count"))
    return made, [Step(made, _("New season: %(season)s") % {"season": made}, is_new=True)]


def _episode(fact: Fact, season: Season | None) -> Episode | None:
    if fact.episode_number is None or season is None or season.pk is None:
        return None
    return Episode.objects.filter(season=season, number=fact.episode_number).first()


def _casting(fact: Fact) -> Iterator[Step]:
    season, steps = _season(fact)
    yield from steps
    role, episode = _role_of(fact), _episode(fact, season)
    joins: dict[str, list[Any]] = {"episodes": [episode]} if episode else {}
    if role is None:
        billing = fact.slots.get("billing") or (Role.Billing.GUEST if episode else Role.Billing.RECURRING)
        role = Role(
            series_id=fact.series_id, person_id=fact.person_id, character=fact.slots.get("character", ""),
            billing=billing, order=Role.objects.filter(series=fact.series_id or 0).count(),
        )  # fmt: skip
        joins |= {"seasons": [season]} if season else {}
        what = {"character": role.character or "–", "person": fact.person, "billing": role.get_billing_display()}
        yield Step(role, _("New role: %(character)s (%(person)s, %(billing)s)") % what, is_new=True, joins=joins)
        return
    # A role of which no seasons are known may hold for all of them.
    is_known = fact.kind == Fact.Kind.CASTING or role.seasons.exists()
    if season and is_known and (season.pk is None or not role.seasons.filter(pk=season.pk).exists()):
        joins["seasons"] = [season]
    if episode and role.episodes.filter(pk=episode.pk).exists():
        joins.pop("episodes")
    wanted = {name: fact.slots[name] for name in ("character", "billing") if fact.slots.get(name)}
    after = {name: value for name, value in wanted.items() if getattr(role, name) != value}
    if text.fold(str(after.get("character", ""))) == text.fold(role.character):
        after.pop("character", None)
    if after or joins:
        what = {"character": role.character or "–", "person": fact.person}
        more = "".join(f" + {one}" for one in joins.get("seasons", []))
        yield Step(role, _("Role: %(character)s (%(person)s)") % what + more, after=after, joins=joins)


def _role_of(fact: Fact) -> Role | None:
    """The person's role of that character, or the only one where the fact or the role names none."""
    roles = list(Role.objects.filter(series=fact.series_id or 0, person=fact.person_id or 0))
    character = text.fold(str(fact.slots.get("character", "")))
    same = [role for role in roles if text.fold(role.character) == character]
    nameless = roles if not character else [role for role in roles if not role.character]
    return next(iter(same), nameless[0] if len(nameless) == 1 else None)


def _exit(fact: Fact) -> Iterator[Step]:
    role = _role_of(fact)
    if role is None or fact.season_number is None:
        return
    later = list(role.seasons.filter(number__gt=fact.season_number))
    if later:
        what = {"character": role.character or "–", "seasons": ", ".join(str(one) for one in later)}
        yield Step(role, _("Role: %(character)s without %(seasons)s") % what, parts={"seasons": later})


def _status(series: Series | None, status: str, *, of: tuple[str, ...]) -> Iterator[Step]:
    if series is not None and series.status in of and series.status != status:
        yield Step(series, _("Status of the series"), after={"status": status}, is_status=True)


def _place(fact: Fact) -> Iterator[Step]:
    """The network or streamer among those of the series."""
    series, organisation = fact.series, fact.organisation
    if series and organisation and not series.organisations.filter(pk=organisation.pk).exists():
        what = {"name": organisation.name}
        yield Step(
            series, _("Network or streamer of the series: %(name)s") % what, joins={"organisations": [organisation]}
        )


def _new_season(fact: Fact) -> Iterator[Step]:
    season, steps = _season(fact)
    yield from steps
    count = fact.slots.get("episode_count")
    if season and season.pk and count and season.episode_count != count:
        yield Step(season, str(season), after={"episode_count": count})


S = Series.Status


def _order(fact: Fact) -> Iterator[Step]:
    yield from _new_season(fact)
    yield from _status(fact.series, S.ORDERED, of=(S.UNKNOWN, S.DEVELOPMENT))
    yield from _place(fact)


def _development(fact: Fact) -> Iterator[Step]:
    yield from _status(fact.series, S.DEVELOPMENT, of=(S.UNKNOWN,))


def _renewal(fact: Fact) -> Iterator[Step]:
    yield from _new_season(fact)
    yield from _status(fact.series, S.RUNNING, of=(S.UNKNOWN, S.UNDECIDED, S.ENDED, S.CANCELLED))


def _ending(fact: Fact) -> Iterator[Step]:
    if fact.slots.get("how") == "cancelled":
        yield from _status(fact.series, S.CANCELLED, of=tuple(S))
    else:
        yield from _season(fact)[1]


def _release(fact: Fact) -> Iterator[Step]:
    if fact.first_on is None or fact.last_on is None:
        return
    season, steps = _season(fact)
    yield from steps
    episode = _episode(fact, season)
    kind, territory = _premiere(fact)
    when = {"precision": fact.precision, "first_on": fact.first_on, "last_on": fact.last_on,
            "starts_at": fact.happens_at}  # fmt: skip
    there = _release_of(fact, season, episode, kind=kind, territory=territory)
    if there is None:
        made = Release(
            series_id=fact.series_id, season=season, episode=episode, kind=kind, territory=territory,
            organisation_id=fact.organisation_id, **when,
        )  # fmt: skip
        what = {"kind": made.get_kind_display(), "when": words.date_words(fact), "territory": territory}
        yield Step(made, _("New release: %(kind)s (%(territory)s), %(when)s") % what, is_new=True)
        return
    after = {name: value for name, value in when.items() if getattr(there, name) != value}
    if fact.organisation_id and there.organisation_id is None:
        after["organisation"] = fact.organisation
    if after:
        yield Step(there, _("Release: %(kind)s") % {"kind": there.get_kind_display()}, after=after)


def _release_of(
    fact: Fact, season: Season | None, episode: Episode | None, *, kind: str, territory: str
) -> Release | None:
    if season is not None and season.pk is None:
        return None
    found = Release.objects.filter(series=fact.series_id or 0, season=season, episode=episode)
    found = found.filter(kind=kind, territory=territory)
    if fact.organisation_id:
        found = found.filter(models.Q(organisation_id=fact.organisation_id) | models.Q(organisation=None))
    rows = list(found.order_by("pk")[:2])
    return rows[0] if len(rows) == 1 or (rows and fact.organisation_id) else None


def _premiere(fact: Fact) -> tuple[str, str]:
    """Kind and country: as the fact says, else a start here, which for a German series is the original one."""
    series, organisation = fact.series, fact.organisation
    countries = (series.countries if series else "").replace(",", " ").split()
    territory = str(fact.slots.get("territory") or "DE")
    if fact.slots.get("premiere"):
        return str(fact.slots["premiere"]), territory
    if territory not in ("DE", "AT", "CH") or territory in countries[:1]:
        return Release.Kind.ORIGINAL, territory
    is_network = organisation is not None and organisation.type == Organisation.Type.NETWORK
    return (Release.Kind.GERMAN_TV if is_network else Release.Kind.GERMAN_STREAM), territory


def _title_change(fact: Fact) -> Iterator[Step]:
    series, new = fact.series, str(fact.slots.get("new_title", ""))
    if series is None or series.name == new:
        return
    yield Step(series, _("Title of the series"), after={"name": new})
    if not Alias.objects.filter(topic_id=series.pk, name=series.name).exists():
        alias = Alias(topic_id=series.pk, name=series.name)
        yield Step(alias, _("Alias: %(name)s") % {"name": series.name}, is_new=True)


def _crew(fact: Fact) -> Iterator[Step]:
    job, title = fact.slots.get("job", ""), fact.slots.get("job_title", "")
    there = Credit.objects.filter(series=fact.series_id or 0, person=fact.person_id or 0, job=job)
    if fact.slots.get("how") == "leaves" or there.exists():
        return
    made = Credit(series_id=fact.series_id, person_id=fact.person_id, job=job, title=title)
    what = {"job": made.get_job_display(), "person": fact.person}
    yield Step(made, _("New crew credit: %(person)s (%(job)s)") % what, is_new=True)


def _revival(fact: Fact) -> Iterator[Step]:
    kind = {"remake": Relation.Kind.REMAKE_OF, "reboot": Relation.Kind.REMAKE_OF, "sequel": Relation.Kind.SEQUEL_OF}
    how = str(fact.slots.get("how"))
    if how in kind:
        yield from _relation(fact, kind[how])
    else:
        yield from _status(fact.series, S.ORDERED, of=(S.ENDED, S.CANCELLED, S.UNDECIDED))


def _relation(fact: Fact, kind: str) -> Iterator[Step]:
    if not (fact.series_id and fact.other_series_id):
        return
    made = Relation(series_id=fact.series_id, kind=kind, to_series_id=fact.other_series_id)
    if not Relation.objects.filter(series=made.series_id, kind=kind, to_series=made.to_series_id).exists():
        what = {"kind": made.get_kind_display(), "name": fact.other_series}
        yield Step(made, _("New relation: %(kind)s “%(name)s”") % what, is_new=True)


def _adaptation(fact: Fact) -> Iterator[Step]:
    title, kind = str(fact.slots.get("work_title", "")), str(fact.slots.get("work_kind", ""))
    named = Work.objects.filter(kind=kind, title=title)
    year = fact.slots.get("work_year")
    work = (named.filter(year=year) if year else named).order_by("pk").first()
    if work is None:
        work = Work(kind=kind, title=title, year=year)
        authors = _people(str(fact.slots.get("work_authors", "")))
        joins: dict[str, list[Any]] = {"authors": authors} if authors else {}
        yield Step(work, _("New work: %(title)s") % {"title": title}, is_new=True, joins=joins)
    elif Relation.objects.filter(series=fact.series_id, kind=Relation.Kind.BASED_ON, to_work=work).exists():
        return
    made = Relation(series_id=fact.series_id, kind=Relation.Kind.BASED_ON, to_work=work)
    yield Step(made, _("New relation: based on “%(name)s”") % {"name": title}, is_new=True)


def _people(names: str) -> list[Person]:
    """Those of the names that one person of the catalogue has, and only one."""
    folded = [text.fold(name) for name in names.replace(" und ", ",").replace(" and ", ",").split(",")]
    found = TopicName.objects.filter(
        kind=TopicKind.PERSON, folded__in=[one for one in folded if one], topic__merged_into__isnull=True
    )
    ids = [pk for pk, folded_name in found.values_list("topic_id", "folded")]
    one_each = [pk for pk in ids if ids.count(pk) == 1]
    return list(Person.objects.filter(pk__in=one_each)) if len(one_each) <= len(folded) else []


def _death(fact: Fact) -> Iterator[Step]:
    person = fact.person
    if person is not None and fact.precision in (DAY, MINUTE) and person.died_on != fact.first_on:
        yield Step(person, str(person), after={"died_on": fact.first_on})


STEPS: dict[str, Callable[[Fact], Iterator[Step]]] = {
    Fact.Kind.CASTING: _casting,
    Fact.Kind.RETURN: _casting,
    Fact.Kind.EXIT: _exit,
    Fact.Kind.ORDER: _order,
    Fact.Kind.DEVELOPMENT: _development,
    Fact.Kind.RENEWAL: _renewal,
    Fact.Kind.ENDING: _ending,
    Fact.Kind.START_DATE: _release,
    Fact.Kind.SCHEDULE_CHANGE: _release,
    Fact.Kind.TITLE_CHANGE: _title_change,
    Fact.Kind.CREW_CHANGE: _crew,
    Fact.Kind.RIGHTS: _place,
    Fact.Kind.REVIVAL: _revival,
    Fact.Kind.SPIN_OFF: lambda fact: _relation(fact, Relation.Kind.SPIN_OFF_OF),
    Fact.Kind.ADAPTATION: _adaptation,
    Fact.Kind.DEATH: _death,
}
