"""What an XMLTV file says, in our words. Nothing here knows the database."""

from dataclasses import dataclass
from datetime import datetime


class GuideUnreadable(Exception):
    """The file is no whole XMLTV guide, or more than we take. Nothing of it may be applied; the words say why."""


@dataclass(frozen=True, slots=True)
class GuideText:
    text: str
    language: str = ""
    """As the file has it, such as "de" or "de-AT"; empty when it says nothing."""


@dataclass(frozen=True, slots=True)
class GuideChannel:
    id: str
    names: tuple[GuideText, ...] = ()
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """From the first start to the last end (or start) of a channel in this guide."""

    first: datetime
    last: datetime
    programmes: int


@dataclass(frozen=True, slots=True)
class EpisodeNumber:
    """Counted from one, as people do. What could not be read as a number is None; `text` has it verbatim."""

    system: str
    text: str
    season: int | None = None
    number: int | None = None
    last_number: int | None = None
    """Of a double episode, the second one."""
    total: int | None = None
    part: int | None = None
    parts: int | None = None


@dataclass(frozen=True, slots=True)
class Credit:
    role: str
    """director, actor, writer, adapter, producer, composer, editor, presenter, commentator or guest."""
    name: str
    character: str = ""
    is_guest: bool = False


@dataclass(frozen=True, slots=True)
class Rating:
    system: str
    value: str


@dataclass(frozen=True, slots=True)
class Programme:
    channel: str
    start: datetime
    """UTC, as `stop`."""
    stop: datetime | None
    titles: tuple[GuideText, ...]
    subtitles: tuple[GuideText, ...] = ()
    description: str = ""
    categories: tuple[str, ...] = ()
    numbers: tuple[EpisodeNumber, ...] = ()
    year: int | None = None
    countries: tuple[str, ...] = ()
    credits: tuple[Credit, ...] = ()
    ratings: tuple[Rating, ...] = ()
    length_min: int | None = None
    clump: tuple[int, int] = (0, 1)
    """Which of how many programmes share the time slot."""
    is_repeat: bool = False
    is_premiere: bool = False
    is_new: bool = False
    is_cut: bool = False
    """The title ends in an ellipsis: the guide had no room for the rest."""
    line: int = 0

    @property
    def title(self) -> str:
        return self.titles[0].text


@dataclass(frozen=True, slots=True)
class RefusedProgramme:
    line: int
    channel: str
    title: str
    reason: str
