"""Everything the house holds about a person, station by station: given out, and taken away."""

from datetime import datetime

from django.db import transaction

from staffellauf.accounts import actions as accounts
from staffellauf.accounts.models import User
from staffellauf.alerts import destinations, links
from staffellauf.alerts.deciding import calm as alerts_calm
from staffellauf.alerts.deciding import preferences
from staffellauf.alerts.models import Snooze, Subscription
from staffellauf.comments import actions as comments
from staffellauf.comments import queries as comments_queries
from staffellauf.readers import queries as readers_queries
from staffellauf.readers.models import Reader


def export(user: User) -> dict[str, object]:
    """Ready for JSON. Holds no secret: neither password nor keys of devices."""
    reader = Reader.objects.filter(user=user).first()
    return {
        "account": accounts.export(user),
        "reading": readers_queries.export(reader) if reader else {},
        "devices": devices(reader) if reader else [],
        "alerts": alerts(reader) if reader else {},
        **comments_queries.export(user),
    }


def devices(reader: Reader) -> list[dict[str, object]]:
    rows = Subscription.objects.filter(reader=reader).order_by("id")
    return [
        {
            "device": row.device,
            "service": row.origin,
            "registered_at": row.created_at.isoformat(timespec="seconds"),
            "last_alert_at": row.last_success_at.isoformat(timespec="seconds") if row.last_success_at else None,
        }
        for row in rows
    ]


def alerts(reader: Reader) -> dict[str, object]:
    """Quiet hours, further ways, secret addresses and what is to come later; names, and nothing that opens a door."""
    calm = alerts_calm.of(reader)
    snoozes = Snooze.objects.filter(reader=reader).select_related("publication__article__lead_topic").order_by("due_at")
    return {
        "quiet": {
            "night": calm.night,
            "night_from": f"{calm.night_from:%H:%M}",
            "night_until": f"{calm.night_until:%H:%M}",
            "muted_until": moment(calm.muted_until),
            "groups": calm.groups,
            "digest_at": f"{calm.digest_at:%H:%M}",
            "digest_weekday": calm.digest_weekday,
        },
        "rhythm_of_devices": preferences.rhythm_of_devices(reader),
        "ways": [way(shown) for shown in destinations.of(reader)],
        "secret_addresses": [
            {
                "kind": link.kind,
                "name": link.name,
                "holds": links.values(link),
                "made_at": moment(link.created_at),
                "last_used_on": link.last_used_on.isoformat() if link.last_used_on else None,
            }
            for link in links.of(reader)
        ],
        "later": [
            {"headline": row.publication.article.shown_headline, "due_at": moment(row.due_at)} for row in snoozes
        ],
    }


def way(shown: destinations.Shown) -> dict[str, object]:
    row = shown.destination
    return {
        "channel": row.channel,
        "name": row.label,
        "address": shown.masked,
        "rhythm": row.rhythm,
        "state": shown.state,
        "added_at": moment(row.created_at),
        "confirmed_at": moment(row.confirmed_at),
        "last_alert_at": moment(row.last_success_at),
    }


def moment(value: datetime | None) -> str | None:
    return value.isoformat(timespec="seconds") if value else None


def delete(user: User, *, keeps_text: bool) -> None:
    """The account, its reader and all that is the reader's go; of the comments what `comments.actions.leave` says."""
    with transaction.atomic():
        comments.leave(user, keeps_text=keeps_text)
        accounts.delete(user)
