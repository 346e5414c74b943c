"""What a follow alerts."""

import contextlib
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from staffellauf.alerts.deciding import hours
from staffellauf.catalogue.models import Topic, TopicKind
from staffellauf.common import dates
from staffellauf.readers import actions as readers
from staffellauf.readers.models import Follow, Reader
from staffellauf.website.alert_forms import FollowForm, MuteForm
from staffellauf.website.pages import listing
from staffellauf.website.pages.bell import Bell

SEPARATOR = "-"


@dataclass(frozen=True, slots=True)
class FollowPage:
    topic: Topic
    is_series: bool
    bell: Bell
    form: FollowForm | None
    """None for who does not follow it."""
    mute: MuteForm | None
    muted: str
    """Until when, in words; empty when it is not muted."""
    tomorrow: str
    last_day: str

    @classmethod
    def load(
        cls, topic: Topic, reader: Reader | None, *, now: datetime, form: FollowForm | None = None,
        mute: MuteForm | None = None,
    ) -> Self:  # fmt: skip
        """With a form that was refused, as it was sent."""
        follow = Follow.objects.filter(reader=reader, topic_id=topic.pk).first() if reader else None
        is_series = topic.kind == TopicKind.SERIES
        if reader is None or follow is None:
            return cls(topic, is_series, Bell(topic, is_following=False), None, None, "", "", "")
        where = hours.zone(reader.time_zone)
        today = now.astimezone(where).date()
        return cls(
            topic=topic,
            is_series=is_series,
            bell=Bell(topic, is_following=True),
            form=form or FollowForm(initial=FollowForm.initial_of(follow), is_series=is_series),
            mute=mute or MuteForm(now=now, zone=where),
            muted=dates.moment(follow.muted_until, zone=where)
            if follow.muted_until and follow.muted_until > now
            else "",
            tomorrow=(today + dates.ONE_DAY).isoformat(),
            last_day=(today + MuteForm.AT_MOST).isoformat(),
        )


def code_of(follow: Follow) -> str:
    """What the follow alerts, short enough for an address: `0-none-1-0`."""
    return SEPARATOR.join(
        [str(follow.unwanted_kinds), follow.releases, str(follow.leads), str(int(follow.only_caught_up))]
    )


def change_of(follow: Follow | None) -> str:
    """Its code when it alerts something else than a new one would; empty otherwise."""
    code = code_of(follow) if follow else ""
    return "" if code == code_of(Follow()) else code


def begin_again(reader: Reader, topic: Topic, code: str) -> None:
    """Follows as before, as far as the code can be read; any other is none. Raises TooManyFollows."""
    readers.follow(reader, topic)
    parts = code[:100].split(SEPARATOR)
    if len(parts) != 4:
        return
    unwanted, leads = listing.number(parts[0]) or 0, listing.number(parts[2]) or 0
    # Nothing that this site wrote: followed it is all the same.
    with contextlib.suppress(readers.InvalidChoice):
        readers.prefer(
            reader, topic, unwanted_kinds=unwanted, releases=parts[1], leads=leads, only_caught_up=parts[3] == "1"
        )
