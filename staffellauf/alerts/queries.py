"""Who a publication reaches, how far it is, and what an operator should know."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from staffellauf.alerts.channels.webpush import vapid
from staffellauf.alerts.models import Batch, Lane, Relay, Retry, Subscription
from staffellauf.newsroom.models import ArticleTopic, Publication
from staffellauf.readers.models import Follow, Reader

# Older refusals were mended, or the subscriptions behind them are gone.
WARN_FOR = timedelta(days=7)
# RFC 2606 and 6761: names that belong to nobody.
NOBODYS = (".invalid", ".localhost", ".local", ".test", ".example", "example.org", "example.com", "example.net")


@dataclass(frozen=True, slots=True)
class RelayStatus:
    feeds_reached: int
    """Readers who follow a topic of the article, with or without a device."""
    alerts_sent: int
    waiting: int
    gone: int
    failed: int
    is_finished: bool


def relay_status(publication: Publication) -> RelayStatus:
    """How far the publication is; before a worker has picked it up, whom it will reach. One that alerts nobody is
    where it shall be."""
    if not publication.is_alerting:
        reached = feeds_reached(publication.article_id)
        return RelayStatus(reached, alerts_sent=0, waiting=0, gone=0, failed=0, is_finished=True)
    relay = Relay.objects.filter(publication=publication).first()
    sums = _sums(relay) if relay else Counter[str]()
    if relay is None or (not relay.is_cut and not relay.finished_at):
        waiting = recipients(publication.article_id).count() - sums["accepted"] - sums["gone"] - sums["failed"]
        return RelayStatus(
            feeds_reached=feeds_reached(publication.article_id),
            alerts_sent=sums["accepted"],
            waiting=max(0, waiting),
            gone=sums["gone"],
            failed=sums["failed"],
            is_finished=False,
        )
    return RelayStatus(
        feeds_reached=relay.feeds_reached,
        alerts_sent=sums["accepted"],
        waiting=waiting_deliveries(relay),
        gone=sums["gone"],
        failed=sums["failed"],
        is_finished=relay.finished_at is not None,
    )


def feeds_reached(article_id: int) -> int:
    topics = ArticleTopic.objects.filter(article_id=article_id).values("topic_id")
    return Follow.objects.filter(topic_id__in=topics).values("reader_id").distinct().count()


def recipients(article_id: int) -> QuerySet[Subscription]:
    """Each subscription once whose reader follows any topic of the article. Those made with a push key that we
    no longer hold are left out: every service would refuse them, and the reader's next visit renews them."""
    topic_ids = list(ArticleTopic.objects.filter(article_id=article_id).values_list("topic_id", flat=True))
    follows = Follow.objects.filter(reader_id=OuterRef("reader_id"), topic_id__in=topic_ids)
    return Subscription.objects.active().filter(Exists(follows), server_key_id__in=vapid.known_key_ids())


def waiting_deliveries(relay: Relay) -> int:
    """What lies in open batches, and what was put off."""
    in_batches = Batch.objects.filter(lane__relay=relay, done_at__isnull=True).aggregate(sum=Sum("size"))["sum"] or 0
    return in_batches + Retry.objects.filter(relay=relay).count()


def subscriptions_of(reader: Reader) -> list[Subscription]:
    """The reader's devices, newest first."""
    return list(Subscription.objects.active().filter(reader=reader).order_by("-created_at", "-id"))


def operator_warnings(*, now: datetime | None = None) -> list[str]:
    """What only an operator can mend, a sentence each; empty when all is well."""
    now = now or timezone.now()
    warnings = [*_contact_warnings(), *_refusals(now), *_other_keys(), *_overdue(now)]
    if settings.PUSH_ALLOW_LOCAL and settings.SECURE:
        warnings.append(_("PUSH_ALLOW_LOCAL is on: it lets readers make this machine send requests to itself."))
    return warnings


def _sums(relay: Relay) -> Counter[str]:
    sums = relay.lanes.aggregate(accepted=Sum("accepted"), gone=Sum("gone"), failed=Sum("failed"))
    # None while the relay has no lanes.
    return Counter({name: count or 0 for name, count in sums.items()})


def _contact_warnings() -> list[str]:
    contact = vapid.contact_uri(settings.VAPID_CONTACT)
    domain = contact.rpartition("@")[2].lower()
    if contact.startswith("https://") or ("@" in contact and "." in domain and not domain.endswith(NOBODYS)):
        return []
    return [
        _("Apple refuses push from %(contact)s: set VAPID_CONTACT to a mail address that exists.")
        % {"contact": settings.VAPID_CONTACT or "-"}
    ]


def _refusals(now: datetime) -> list[str]:
    lanes = Lane.objects.filter(refused_at__gt=now - WARN_FOR).order_by("origin")
    return [
        _("%(origin)s refused our signature on %(date)s: %(refusal)s")
        % {"origin": lane.origin, "date": f"{lane.refused_at:%Y-%m-%d %H:%M} UTC", "refusal": lane.refusal}
        for lane in lanes
    ]


def _other_keys() -> list[str]:
    count = Subscription.objects.active().exclude(server_key_id__in=vapid.known_key_ids()).count()
    if not count:
        return []
    return [
        ngettext(
            "%(count)d device was registered with a push key that is lost and hears nothing until its next visit.",
            "%(count)d devices were registered with a push key that is lost and hear nothing until their next visit.",
            count,
        )
        % {"count": count}
    ]


def _overdue(now: datetime) -> list[str]:
    late = Relay.objects.filter(finished_at__isnull=True, expires_at__lt=now)
    relays = late.select_related("publication__article", "occasion__topic").order_by("expires_at")[:10]
    words = _("The alerts about “%(headline)s” were not all delivered in time.")
    return [words % {"headline": _about(relay)} for relay in relays]


def _about(relay: Relay) -> str:
    if relay.publication:
        return relay.publication.article.headline
    return relay.occasion.topic.name if relay.occasion else ""
