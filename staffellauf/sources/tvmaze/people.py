"""People as TVmaze tells of them, and what they act and do in series."""

from collections.abc import Iterator, Mapping
from typing import Any

from staffellauf.catalogue.models import SMALL, Person, Role, TopicPicture
from staffellauf.catalogue.models.provenance import TVMAZE
from staffellauf.sources import values
from staffellauf.sources.records import CreditRecord, PersonRecord, PictureRecord, RoleRecord, SeriesRecord
from staffellauf.sources.tvmaze import links, words
from staffellauf.sources.tvmaze.fields import Taken, key

Raw = Mapping[str, Any]  # Any: what JSON holds.
# In the year 2242; from 2038 on the seconds do not fit into 31 bits.
LATEST = 2**33


def person(raw: Any) -> PersonRecord:  # Any: what JSON holds
    """Raises BadValue without a usable id and name."""
    if not isinstance(raw, dict):
        raise values.BadValue("person is no object" if raw is not None else "person is missing")
    number = key(raw.get("id"), name="person's id")
    name = values.text(raw.get("name"), 200, name="person's name")
    if not name:
        raise values.BadValue(f"person {number} has no name")
    taken = Taken()
    taken.fields["name"] = name
    taken.put("gender", raw, "gender", gender)
    taken.put("born_on", raw, "birthday", lambda value: values.day(value, name="birthday"))
    taken.put("died_on", raw, "deathday", lambda value: values.day(value, name="deathday"))
    taken.put("country", raw, "country", country)
    _in_order(taken)
    pictures = picture(taken, raw.get("image"), TopicPicture.Kind.PORTRAIT)
    return PersonRecord(
        source=TVMAZE,
        name=name,
        ids={"tvmaze": str(number)},
        fields=taken.fields,
        pictures=pictures,
        version=version(taken, raw),
        warnings=tuple(taken.warnings),
    )


def with_credits(raw: Raw) -> Iterator[PersonRecord | SeriesRecord]:
    """The person, then of every series in the embedded credits what the person is in it."""
    found = person(raw)
    taken = Taken()
    embedded = taken.mapping(raw.get("_embedded"), "_embedded")
    series: dict[int, tuple[list[RoleRecord], list[CreditRecord]]] = {}
    for _, row in taken.rows(embedded.get("castcredits"), "castcredits"):
        _add_role(taken, row, person=found, series=series)
    for _, row in taken.rows(embedded.get("crewcredits"), "crewcredits"):
        _add_credit(taken, row, person=found, series=series)
    yield found
    for number, (roles, jobs) in series.items():
        yield SeriesRecord(
            source=TVMAZE,
            name="",
            ids={"tvmaze": str(number)},
            roles=tuple(roles) or None,
            credits=tuple(jobs) or None,
            is_partial=True,
        )


def cast(taken: Taken, raw: Any, *, billing: str = Role.Billing.MAIN) -> tuple[RoleRecord, ...]:
    """A list of cast; a person comes once for each character."""
    found: dict[tuple[str, str], RoleRecord] = {}
    for place, row in taken.rows(raw, "cast"):
        role = taken.attempt(None, _role, row, place, billing=billing)
        if role:
            found.setdefault((role.person.ids["tvmaze"], role.character), role)
    return tuple(found.values())


def crew(taken: Taken, raw: Any) -> tuple[CreditRecord, ...]:
    """A list of crew."""
    found: dict[tuple[str, str, str], CreditRecord] = {}
    for place, row in taken.rows(raw, "crew"):
        credit = taken.attempt(None, _credit, row, place)
        if credit:
            found.setdefault((credit.person.ids["tvmaze"], credit.job, credit.title), credit)
    return tuple(found.values())


def picture(taken: Taken, raw: Any, kind: str) -> tuple[PictureRecord, ...]:
    image = taken.mapping(raw, "image")
    address = taken.attempt("", picture_address, image.get("original") or image.get("medium"))
    return (PictureRecord(kind, address),) if address else ()


def picture_address(raw: Any) -> str:
    """By https, as TVmaze writes it since 2021: the same picture, not another."""
    found = values.address(raw, name="picture")
    return found.replace("http://static.tvmaze.com/", "https://static.tvmaze.com/", 1)


def version(taken: Taken, raw: Raw) -> int | None:
    """The second of its last change (since 1970)."""
    return taken.attempt(None, values.number, raw.get("updated"), highest=LATEST, name="updated")


def country(raw: Any) -> str:
    """The code of a country as TVmaze writes it: name, code, time zone."""
    if raw is None:
        return ""
    if not isinstance(raw, dict):
        raise values.BadValue(f"country is no object but {type(raw).__name__}")
    return values.country(raw.get("code"))


def gender(raw: Any) -> str:
    """TVmaze knows two and now and then a word of its own."""
    found = values.text(raw, 40, name="gender")
    return words.GENDERS.get(found, Person.Gender.OTHER) if found else Person.Gender.UNKNOWN


def _in_order(taken: Taken) -> None:
    born, died = taken.fields.get("born_on"), taken.fields.get("died_on")
    if born and died and died < born:
        taken.warn(f"died on {died}, before being born on {born}")
        del taken.fields["died_on"]


def _role(row: Raw, place: int, *, billing: str) -> RoleRecord:
    character = row.get("character")
    name = character.get("name") if isinstance(character, dict) else None
    return RoleRecord(
        person=person(row.get("person")),
        character=values.text(name, 200, name="character"),
        billing=billing,
        order=min(place, SMALL),
        is_voice=row.get("voice") is True,
        is_self=row.get("self") is True,
    )


def _credit(row: Raw, place: int) -> CreditRecord:
    title = values.text(row.get("type") or row.get("guestCrewType"), 100, name="crew type")
    return CreditRecord(person=person(row.get("person")), job=words.job(title), title=title, order=min(place, SMALL))


Found = dict[int, tuple[list[RoleRecord], list[CreditRecord]]]


def _add_role(taken: Taken, row: Raw, *, person: PersonRecord, series: Found) -> None:
    number, character = links.show_id(row), links.name(row, "character")
    if number and character:
        name = taken.attempt("", values.text, character, 200, name="character")
        role = RoleRecord(person, name, is_voice=row.get("voice") is True, is_self=row.get("self") is True)
        series.setdefault(number, ([], []))[0].append(role)


def _add_credit(taken: Taken, row: Raw, *, person: PersonRecord, series: Found) -> None:
    number = links.show_id(row)
    title = taken.attempt("", values.text, row.get("type"), 100, name="crew type")
    if number and title:
        series.setdefault(number, ([], []))[1].append(CreditRecord(person, words.job(title), title))
