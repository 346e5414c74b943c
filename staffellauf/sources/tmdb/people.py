"""People of TMDB's answers: themselves, their roles and their jobs."""

import re
from collections.abc import Collection, Iterator
from typing import Any

from staffellauf.sources import stated, values
from staffellauf.sources.records import AliasRecord, CreditRecord, PersonRecord, PictureRecord, RoleRecord
from staffellauf.sources.stated import Stated
from staffellauf.sources.tmdb import words

SOURCE = "tmdb"
PICTURES = "https://image.tmdb.org/t/p/original"
# "Clark Kent (voice)", "Self - Host (uncredited)".
REMARK = re.compile(r" *\((voice|stimme|uncredited|archive footage|ohne erwähnung|credit only)\)", re.IGNORECASE)
SELF = re.compile(r"(self|himself|herself|themselves|selbst|er selbst|sie selbst)(?: *[-–/]|$)", re.IGNORECASE)
MAX_CHARACTER = 200
# In so many episodes somebody is more than a guest.
RECURRING_EPISODES = 3


def person(given: Stated) -> PersonRecord | None:
    """The person with what the object states; None without a name."""
    name = given.text("name") or given.text("original_name")
    if not name:
        return None
    number = given.number("id", values.LARGE)
    fields: dict[str, Any] = {"name": name}
    gender = given.raw.get("gender")
    if isinstance(gender, int) and gender in words.GENDERS and gender:
        fields["gender"] = words.GENDERS[gender]
    return PersonRecord(SOURCE, name, {"tmdb": str(number)} if number else {}, fields)


def whole_person(given: Stated, *, language: str) -> PersonRecord | None:
    """An answer about a person, with external ids when they are appended."""
    known = person(given)
    if known is None:
        return None
    fields = dict(known.fields)
    given.put(fields, "born_on", "birthday", values.day)
    given.put(fields, "died_on", "deathday", values.day)
    if "popularity" in given:
        fields["popularity"] = words.popularity(given.raw["popularity"])
    biography = given.take("biography", stated.paragraphs) or ""
    from_text = language or words.language(biography)
    return PersonRecord(
        SOURCE,
        known.name,
        dict(known.ids) | ids(given, prefix="nm") | ids(given.object("external_ids"), prefix="nm"),
        fields,
        aliases=_also_known_as(given, known.name) if "also_known_as" in given else None,
        synopses=stated.synopses({from_text: biography}),
        pictures=pictures(given, {"portrait": "profile_path"}),
        warnings=given.notes.as_tuple(),
    )


def ids(given: Stated, *, prefix: str) -> dict[str, str]:
    """IMDb, TheTVDB and Wikidata ids, those that look like ones; `prefix` is tt or nm."""
    found = {
        "imdb": _matching(given, "imdb_id", rf"{prefix}\d{{5,12}}"),
        "wikidata": _matching(given, "wikidata_id", r"Q[1-9]\d{0,11}"),
    }
    tvdb = given.number("tvdb_id", values.LARGE)
    if tvdb:
        found["tvdb"] = str(tvdb)
    return {scheme: value for scheme, value in found.items() if value}


def pictures(given: Stated, keys: dict[str, str]) -> tuple[PictureRecord, ...]:
    """Of each kind the address under its key. TMDB names no rights holder."""
    found = ((kind, _matching(given, key, r"/[\w.-]{5,100}")) for kind, key in keys.items())
    return tuple(PictureRecord(kind, f"{PICTURES}{path}") for kind, path in found if path)


def roles(given: Stated, key: str, *, billing: str = "main", seasons: tuple[int, ...] = ()) -> tuple[RoleRecord, ...]:
    """The cast list under the key, each person and character once."""
    found: dict[tuple[str, str], RoleRecord] = {}
    for place, member in enumerate(given.objects(key)):
        known = person(member)
        if known is None:
            given.notes.add(f"{member.where}somebody without a name")
            continue
        parts = list(member.objects("roles")) if "roles" in member else [member]
        for part in parts:
            name, is_voice, is_self = character(part)
            order = member.number("order")
            role = RoleRecord(
                known, name, billing, min(place, values.SMALL) if order is None else order, is_voice, is_self, seasons
            )
            found.setdefault((known.ids.get("tmdb", known.name), name), role)
    return tuple(found.values())


def whole_cast(
    given: Stated, *, regulars: Collection[str], guests_elsewhere: Collection[str]
) -> tuple[RoleRecord, ...]:
    """Everybody of `aggregate_credits`, guests included; the billing follows from the regulars and from how often.

    Guests that the episodes name themselves are left to them.
    """
    cast = given.object("aggregate_credits")
    counts = {str(member.raw.get("id")): member.raw.get("total_episode_count") for member in cast.objects("cast")}
    total = given.number("number_of_episodes", values.LARGE) or 0
    found = []
    for role in roles(cast, "cast"):
        number = role.person.ids.get("tmdb", "")
        billing = _billing(number, counts.get(number), regulars=regulars, total=total)
        if billing != "guest" or number not in guests_elsewhere:
            found.append(RoleRecord(role.person, role.character, billing, role.order, role.is_voice, role.is_self))
    return tuple(found)


def character(given: Stated) -> tuple[str, bool, bool]:
    """Name of the character without remarks, whether only the voice is heard, whether it is the person."""
    name = given.text("character", 1000)
    is_voice = any(mark.casefold() in {"voice", "stimme"} for mark in REMARK.findall(name))
    name = REMARK.sub("", name).strip()
    if is_self := SELF.match(name) is not None:
        name = SELF.sub("", name, count=1).strip(" -–/")
    if len(name) > MAX_CHARACTER:
        name = name[:MAX_CHARACTER].rpartition("/")[0].strip() or name[:MAX_CHARACTER]
    return name, is_voice, is_self


def crew(given: Stated, key: str = "crew") -> tuple[CreditRecord, ...]:
    """The crew list under the key, each person and job once."""
    found: dict[tuple[str, str], CreditRecord] = {}
    for place, member in enumerate(given.objects(key)):
        known = person(member)
        if known is None:
            given.notes.add(f"{member.where}somebody without a name")
            continue
        for title in _titles(member):
            credit = CreditRecord(known, words.job(title), title, min(place, values.SMALL))
            found.setdefault((known.ids.get("tmdb", known.name), title), credit)
    return tuple(found.values())


def creators(given: Stated) -> tuple[CreditRecord, ...]:
    known = [person(member) for member in given.objects("created_by")]
    return tuple(CreditRecord(one, "creator", order=place) for place, one in enumerate(known) if one)


def _titles(member: Stated) -> Iterator[str]:
    for part in list(member.objects("jobs")) if "jobs" in member else [member]:
        title = part.text("job", 100)
        if title:
            yield title


def _billing(number: str, count: Any, *, regulars: Collection[str], total: int) -> str:
    episodes = count if isinstance(count, int) and not isinstance(count, bool) else 0
    if number in regulars or (not regulars and episodes * 2 >= total):
        return "main"
    return "recurring" if episodes >= RECURRING_EPISODES else "guest"


def _also_known_as(given: Stated, name: str) -> tuple[AliasRecord, ...]:
    listed = given.raw.get("also_known_as")
    found: dict[str, AliasRecord] = {}
    for item in listed if isinstance(listed, list) else []:
        alias = Stated({"also_known_as": item}, given.notes).text("also_known_as")
        if alias and alias != name:
            found.setdefault(alias, AliasRecord(alias))
    return tuple(found.values())


def _matching(given: Stated, key: str, pattern: str) -> str:
    value = given.text(key)
    if value and not re.fullmatch(pattern, value, re.ASCII):
        given.notes.add(f"{given.where}{key} is no such id or path: {value[:60]}")
        return ""
    return value
