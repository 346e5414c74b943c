"""Everything the house holds about a person, station by station: given out, and taken away."""

from django.db import transaction

from staffellauf.accounts import actions as accounts
from staffellauf.accounts.models import User
from staffellauf.alerts.models import Subscription
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


def delete(user: User, *, keeps_text: bool) -> None:
    """The account, its reader, follows, marks and devices go; of the comments what `comments.actions.leave` says."""
    with transaction.atomic():
        comments.leave(user, keeps_text=keeps_text)
        accounts.delete(user)
