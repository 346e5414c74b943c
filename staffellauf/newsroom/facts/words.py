"""Facts in sentences: „Rosanna Arquette spielt Jenny in Staffel 2“, as text or with links to the topics."""

from collections.abc import Callable
from typing import Any

from django.template.defaultfilters import date as date_filter
from django.utils.formats import number_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from staffellauf.catalogue.models import Season, Topic
from staffellauf.common import vague
from staffellauf.newsroom.facts import kinds, when
from staffellauf.newsroom.models import Fact

# What stands in small letters inside a sentence.
BEGINS_SMALL = ("%(place)s", "%(subject)s", "%(medium_label)s")
LABELLED = ("billing", "job", "medium", "work_kind", "unit")


def statement(fact: Fact, *, has_series: bool = True) -> str:
    """In the language of the page; without the series on a page that is about it. No query where `queries` read it."""
    return _said(fact, has_series=has_series, name=lambda topic: topic.name, escape=str)


def statement_html(fact: Fact, *, has_series: bool = True) -> SafeString:
    """As `statement`, with links to the topics."""
    return mark_safe(_said(fact, has_series=has_series, name=_link, escape=conditional_escape))


def _link(topic: Topic) -> str:
    return format_html('<a href="{}">{}</a>', topic.get_absolute_url(), topic.name)


def _said(fact: Fact, *, has_series: bool, name: Callable[[Any], str], escape: Callable[[str], str]) -> str:
    slots = {key: escape(str(value)) for key, value in fact.slots.items()}
    topics = {key: name(topic) for key in kinds.TOPIC_COLUMNS if (topic := getattr(fact, key)) is not None}
    place = _place(fact, topics.get("series") if has_series else None)
    values = {"person": _("somebody"), "series": "", "other_series": "", "organisation": ""} | slots | topics
    # „verlässt diese Serie“, where the others need a dative.
    subject = place if has_series or fact.season_number is not None else _("this series")
    values |= {"place": place, "subject": subject, "when": escape(date_words(fact)), "number": fact.season_number}
    values["place_name"] = slots.get("place", "")
    country = fact.slots.get("territory", "")
    values["territory_label"] = escape(str(kinds.COUNTRIES.get(country, country)))
    values |= {f"{slot}_label": escape(label_of(fact, slot)) for slot in LABELLED}
    template = SENTENCES[fact.kind](fact, set(slots) | set(topics))
    sentence = template % values
    if template.startswith(BEGINS_SMALL):
        sentence = sentence[:1].upper() + sentence[1:]
    return sentence + "".join(f" {part % values}" for part in _clauses(fact, values))


def _place(fact: Fact, series: str | None) -> str:
    """In the dative: „Staffel 2 von „Ballard““, „der Serie“."""
    if fact.season_number is None:
        return _("“%(series)s”") % {"series": series} if series else _("the series")
    season = _season(fact.season_number)
    if fact.episode_number is not None:
        season = _("%(season)s, episode %(episode)s") % {"season": season, "episode": fact.episode_number}
    return _("%(season)s of “%(series)s”") % {"season": season, "series": series} if series else season


def _season(number: int) -> str:
    if number == 0 or Season(number=number).is_year:
        return str(Season(number=number))
    return _("season %(number)s") % {"number": number}


def _clauses(fact: Fact, values: dict[str, Any]) -> list[str]:
    """What is added behind a sentence where the fact has it."""
    said = []
    if fact.slots.get("billing"):
        said.append("(%(billing_label)s)")
    if fact.organisation_id and fact.kind not in (Fact.Kind.RIGHTS, Fact.Kind.DEVELOPMENT):
        said.append(pgettext("at a network", "at %(organisation)s"))
    if fact.slots.get("episode_count"):
        count = int(fact.slots["episode_count"])
        said.append("– " + ngettext("%(count)s episode", "%(count)s episodes", count) % {"count": count})
    if fact.slots.get("place"):
        said.append(pgettext("at a place", "in %(place_name)s"))
    if fact.slots.get("territory"):
        said.append("(%(territory_label)s)")
    if fact.slots.get("old_date"):
        said.append(_("(so far: %(old_date)s)"))
    if fact.first_on and fact.kind in DATED_BEHIND:
        said.append("(%(when)s)")
    return said


def _casting(fact: Fact, has: set[str]) -> str:
    if "character" in has:
        return _("%(person)s plays %(character)s in %(place)s")
    return _("%(person)s joins the cast of %(place)s")


def _exit(fact: Fact, has: set[str]) -> str:
    if "character" in has:
        return _("%(person)s (%(character)s) leaves %(subject)s")
    return _("%(person)s leaves %(subject)s")


def _return(fact: Fact, has: set[str]) -> str:
    if "character" in has:
        return _("%(person)s returns as %(character)s in %(place)s")
    return _("%(person)s returns in %(place)s")


def _renewal(fact: Fact, has: set[str]) -> str:
    if fact.season_number is None:
        return _("Renewed: %(subject)s")
    return _("Renewed: %(place)s is coming")


def _ending(fact: Fact, has: set[str]) -> str:
    planned = fact.slots.get("how") == "planned_end"
    if fact.season_number is None:
        return _("End planned for %(subject)s") if planned else _("Cancelled: %(subject)s")
    return _("Ends as planned with %(place)s") if planned else _("Cancelled after %(place)s")


def _dated(with_date: Callable[[], str], without: Callable[[], str]) -> Callable[[Fact, set[str]], str]:
    return lambda fact, has: with_date() if fact.first_on else without()


def _crew(fact: Fact, has: set[str]) -> str:
    match fact.slots.get("how"):
        case "leaves":
            return _("%(person)s (%(job_label)s) leaves %(subject)s")
        case "replaces":
            return _("%(person)s takes over at %(place)s (%(job_label)s)")
        case _:
            return _("%(person)s joins %(place)s (%(job_label)s)")


def _ratings(fact: Fact, has: set[str]) -> str:
    figure = number_format(fact.slots.get("figure", 0), use_l10n=True, force_grouping=True).replace("%", "")
    share = number_format(fact.slots["share"], use_l10n=True) if "share" in has else ""
    told = _("Ratings of %(place)s: ") + f"{figure} %(unit_label)s"
    return told.rstrip() + (", " + _("market share {share} %%").format(share=share) if share else "")


def _award(fact: Fact, has: set[str]) -> str:
    who = "%(person)s" if "person" in has else "%(place)s"
    category = " (%(category)s)" if "category" in has else ""
    if fact.slots.get("result") == "nominated":
        return _("%(award)s: nomination for {who}").format(who=who) + category
    return _("%(award)s for {who}").format(who=who) + category


def _revival(fact: Fact, has: set[str]) -> str:
    told = {
        "remake": _("Remake: %(subject)s"), "reboot": _("Reboot: %(subject)s"), "sequel": _("Sequel: %(subject)s"),
    }.get(fact.slots.get("how", ""), _("Revival: %(subject)s"))  # fmt: skip
    return told + (" – “%(other_series)s”" if "other_series" in has else "")


def _spin_off(fact: Fact, has: set[str]) -> str:
    if "series" in has:
        return _("“%(series)s” is a spin-off of “%(other_series)s”")
    return _("“%(title)s” becomes a spin-off of “%(other_series)s”")


def _adaptation(fact: Fact, has: set[str]) -> str:
    told = _("%(subject)s is based on “%(work_title)s” (%(work_kind_label)s)")
    return told + (" " + pgettext("a work", "by %(work_authors)s") if "work_authors" in has else "")


def _title_change(fact: Fact, has: set[str]) -> str:
    if "old_title" in has:
        return _("New title: “%(new_title)s” instead of “%(old_title)s”")
    return _("New title: “%(new_title)s”")


SENTENCES: dict[str, Callable[[Fact, set[str]], str]] = {
    Fact.Kind.CASTING: _casting,
    Fact.Kind.EXIT: _exit,
    Fact.Kind.RETURN: _return,
    Fact.Kind.ORDER: lambda fact, has: _("Ordered: %(subject)s"),
    Fact.Kind.DEVELOPMENT: lambda fact, has: (
        _("%(organisation)s develops %(subject)s") if "organisation" in has else _("In development: %(subject)s")
    ),
    Fact.Kind.RENEWAL: _renewal,
    Fact.Kind.ENDING: _ending,
    Fact.Kind.SHOOTING_START: _dated(
        lambda: _("Start of shooting of %(place)s: %(when)s"), lambda: _("The shooting of %(place)s has begun")
    ),
    Fact.Kind.SHOOTING_END: _dated(
        lambda: _("End of shooting of %(place)s: %(when)s"), lambda: _("The shooting of %(place)s is over")
    ),
    Fact.Kind.START_DATE: lambda fact, has: _("Start of %(place)s: %(when)s"),
    Fact.Kind.SCHEDULE_CHANGE: lambda fact, has: _("New date of %(place)s: %(when)s"),
    Fact.Kind.TRAILER: lambda fact, has: _("%(medium_label)s for %(place)s"),
    Fact.Kind.TITLE_CHANGE: _title_change,
    Fact.Kind.CREW_CHANGE: _crew,
    Fact.Kind.RATINGS: _ratings,
    Fact.Kind.AWARD: _award,
    Fact.Kind.RIGHTS: lambda fact, has: _("%(organisation)s has the rights to %(place)s"),
    Fact.Kind.REVIVAL: _revival,
    Fact.Kind.SPIN_OFF: _spin_off,
    Fact.Kind.CROSSOVER: lambda fact, has: _("Crossover of %(place)s with “%(other_series)s”"),
    Fact.Kind.ADAPTATION: _adaptation,
    Fact.Kind.DEATH: lambda fact, has: _("%(person)s died: %(when)s") if fact.first_on else _("%(person)s has died"),
}
# Their date is no part of the sentence.
DATED_BEHIND = frozenset(
    {Fact.Kind.EXIT, Fact.Kind.ORDER, Fact.Kind.RENEWAL, Fact.Kind.ENDING, Fact.Kind.TRAILER, Fact.Kind.RATINGS,
     Fact.Kind.AWARD, Fact.Kind.RIGHTS, Fact.Kind.REVIVAL, Fact.Kind.SPIN_OFF, Fact.Kind.CROSSOVER}
)  # fmt: skip


def vague_of(fact: Fact) -> vague.Vague | None:
    """Its date as one value; None when it says none."""
    return when.of_columns(fact.precision, first=fact.first_on, last=fact.last_on, at=fact.happens_at)


def date_words(fact: Fact) -> str:
    """„Anfang Februar 2026“; empty when the fact says no date."""
    found = vague_of(fact)
    return vague.for_people(found, get_language() or "de") if found else ""


def label_of(fact: Fact, slot: str) -> str:
    """The words for what a slot of choices holds; as it stands when it has none."""
    value = fact.slots.get(slot, "")
    return str(kinds.choices_of(fact.kind, kinds.SLOTS[slot]).get(value, value))


def certainty(fact: Fact) -> str:
    """For readers; empty for what was simply reported."""
    return {
        Fact.Certainty.RUMOUR: _("rumour"),
        Fact.Certainty.CONFIRMED: _("confirmed"),
        Fact.Certainty.OBSERVED: _("observed"),
        Fact.Certainty.RETRACTED: _("denied"),
    }.get(Fact.Certainty(fact.certainty), "")


def source(fact: Fact) -> str:
    """„laut Deadline (23. Januar 2026), via DWDL“; empty without a source."""
    if not fact.source_name:
        return ""
    day = f" ({date_filter(fact.source_on, 'j. F Y' if get_language() == 'de' else 'j F Y')})" if fact.source_on else ""
    via = _(", via %(name)s") % {"name": fact.source_via} if fact.source_via else ""
    return _("according to %(name)s") % {"name": fact.source_name} + day + via
