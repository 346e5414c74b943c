"""Which organisation a channel of a guide is: the one that has its id, one that is called so, else a new one.

Channels of two countries may share a name, and their guides would take each other's showings away. So an organisation
that is another guide's channel already is taken only when it shows the same.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from staffellauf.catalogue import actions, naming
from staffellauf.catalogue.models import ExternalId, Organisation, Showing, TopicKind, TopicName
from staffellauf.catalogue.models.provenance import XMLTV
from staffellauf.common import text
from staffellauf.sources.xmltv.guide import GuideChannel
from staffellauf.sources.xmltv.slots import Slots

MAX_ID, MAX_NAME = 120, 200
# The same channel, better pictures.
QUALITY = re.compile(r" (?:uhd|hd|sd|4k)$")
HOME = "DE"
# Two guides of one channel differ by trailers and advertising; two channels meet on the hour now and then.
SAME_STARTS = 0.5
STARTS_COMPARED = 500
# Of one name; there are not more.
CANDIDATES = 50


@dataclass(slots=True)
class Channels:
    """Channel id of the guide to organisation; `created` are the new ones, which a dry run has no row of."""

    organisations: dict[str, int | None]
    created: list[tuple[str, int | None]]
    matched: int = 0


def match(channels: Iterable[GuideChannel], slots: Mapping[str, Slots], *, is_dry_run: bool = False) -> Channels:
    """Only channels that have programmes in `slots`: each unknown one becomes a row."""
    channels = [channel for channel in channels if channel.id in slots]
    found = _by_id(channels)
    taken = set(found.values())
    made = Channels(dict(found), [])
    for channel in channels:
        if channel.id in found:
            continue
        organisation_id = _by_name(channel, taken, slots=slots[channel.id])
        if organisation_id is None:
            organisation_id = None if is_dry_run else _create(channel)
            made.created.append((_name(channel), organisation_id))
        if organisation_id is not None:
            taken.add(organisation_id)
            if not is_dry_run:
                _remember(channel, organisation_id)
        made.organisations[channel.id] = organisation_id
    made.matched = len(channels) - len(made.created)
    return made


def key(channel_id: str) -> str:
    """The channel's id as it is stored: long ones are cut, and told apart by their hash."""
    if len(channel_id) <= MAX_ID:
        return channel_id
    return f"{channel_id[: MAX_ID - 17]}-{hashlib.sha256(channel_id.encode()).hexdigest()[:16]}"


def _by_id(channels: list[GuideChannel]) -> dict[str, int]:
    ids = {key(channel.id): channel.id for channel in channels}
    rows = ExternalId.objects.filter(
        scheme=ExternalId.Scheme.XMLTV, kind=TopicKind.ORGANISATION, value__in=ids
    ).values_list("value", "topic_id", "topic__merged_into_id")
    return {ids[value]: merged or topic for value, topic, merged in rows}


def _by_name(channel: GuideChannel, taken: set[int], *, slots: Slots) -> int | None:
    """An organisation that is called so and is no other channel of this guide, nor of another one."""
    folded = [text.fold(name.text) for name in channel.names]
    names = [name for name in folded if name and not name.isdigit()]
    for name in [*names, *(QUALITY.sub("", name) for name in names)]:
        named = TopicName.objects.filter(kind=TopicKind.ORGANISATION, folded=name).values_list("topic_id", flat=True)
        rows = Organisation.everything.filter(pk__in=list(named[:CANDIDATES]))
        free = [row for row in rows if row.merged_into_id is None and row.pk not in taken]
        for organisation in sorted(free, key=_preference):
            if not _is_in_guides(organisation) or _shows_the_same(organisation, slots):
                return organisation.pk
    return None


def _is_in_guides(organisation: Organisation) -> bool:
    return organisation.external_ids.filter(scheme=ExternalId.Scheme.XMLTV).exists()


def _shows_the_same(organisation: Organisation, slots: Slots) -> bool:
    """Whether half of the starts that both know are the same; without any, whether a guide alone knows of it."""
    first, last = (datetime.fromtimestamp(second, tz=UTC) for second in (slots.first, slots.in_order[-1]))
    known = Showing.objects.filter(organisation=organisation, starts_at__range=(first, last)).order_by("starts_at")
    starts = [int(start.timestamp()) for start in known.values_list("starts_at", flat=True)[:STARTS_COMPARED]]
    if not starts:
        return organisation.source != XMLTV
    theirs, ours = set(starts), {second for second in slots.in_order if second <= starts[-1]}
    return len(theirs & ours) >= SAME_STARTS * min(len(theirs), len(ours))


def _preference(organisation: Organisation) -> tuple[bool, bool, int, int]:
    """Of several with one name: a network, at home, the popular one, the older one."""
    is_network = organisation.type == Organisation.Type.NETWORK
    return not is_network, organisation.country != HOME, -organisation.popularity, organisation.pk


def _name(channel: GuideChannel) -> str:
    speaking = [name.text for name in channel.names if not name.text.isdigit()] or [name.text for name in channel.names]
    return (speaking[0] if speaking else channel.id)[:MAX_NAME]


def _create(channel: GuideChannel) -> int:
    name = _name(channel)
    organisation = Organisation.objects.create(
        name=name, slug=actions.free_slug(TopicKind.ORGANISATION, name), type=Organisation.Type.NETWORK, source=XMLTV
    )
    actions.refresh_search_text(organisation)
    naming.refresh_names([organisation.pk])
    return organisation.pk


def _remember(channel: GuideChannel, organisation_id: int) -> None:
    ExternalId.objects.get_or_create(
        scheme=ExternalId.Scheme.XMLTV,
        kind=TopicKind.ORGANISATION,
        value=key(channel.id),
        defaults={"topic_id": organisation_id, "source": XMLTV},
    )
