import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from staffellauf.alerts import operating, reports
from staffellauf.alerts import queries as alerts
from staffellauf.alerts.channels.webpush import prepared, vapid
from staffellauf.alerts.deciding import trial
from staffellauf.alerts.models import Relay
from staffellauf.newsroom.models import Article

EXAMPLES = """Examples:
  staffellauf alerts status
  staffellauf alerts status rosanna-arquette-bei-ballard --json
  staffellauf alerts dry-run rosanna-arquette-bei-ballard
  staffellauf alerts pause rosanna-arquette-bei-ballard
  staffellauf alerts resume https://updates.push.services.mozilla.com
  staffellauf alerts rotate-key"""


class Command(BaseCommand):
    help = "Alerts on their way: how far, whom an article would reach, pause and resume, the key we sign with."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.epilog = EXAMPLES
        parser.formatter_class = RawDescriptionHelpFormatter
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="|".join(VERBS))
        status = verbs.add_parser("status", help="the newest ten, or all about the article SLUG")
        status.add_argument("target", metavar="SLUG", nargs="?", default="")
        dry_run = verbs.add_parser("dry-run", help="whom the article SLUG would alert if it went out now")
        dry_run.add_argument("target", metavar="SLUG")
        pause = verbs.add_parser("pause", help="hold back an article's alerts, or all for one push service")
        resume = verbs.add_parser("resume", help="let them go on")
        for verb in (pause, resume):
            verb.add_argument("target", metavar="SLUG|ORIGIN")
        keys = verbs.add_parser("keys", help="the keys we sign with, and how many devices subscribed with each")
        rotate = verbs.add_parser("rotate-key", help="make a new key; no device is lost")
        forget = verbs.add_parser("forget-key", help="delete a key of before that no device needs any more")
        forget.add_argument("target", metavar="KEY")
        prepared_keys = verbs.add_parser("forget-prepared", help="empty the prepared keys, after restoring a backup")
        for verb in (status, dry_run, pause, resume, keys, rotate, forget, prepared_keys):
            verb.add_argument("--json", action="store_true", help="print one JSON object")

    # Any: what argparse parsed.
    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("en"):
            said, lines = VERBS[options["verb"]](options.get("target", ""))
        self.stdout.write(json.dumps(said, ensure_ascii=False) if options["json"] else "\n".join(lines))


COUNTS = ("accepted", "waiting", "held", "failed", "gone")
# Any, here and below: what JSON holds.
Said = tuple[dict[str, Any], list[str]]


def status(slug: str) -> Said:
    relays = Relay.objects.select_related("publication__article", "occasion__topic").order_by("-pk")
    found = list(relays.filter(publication__article=article(slug)) if slug else relays[:10])
    now = timezone.now()
    said = [described(reports.report(relay, now=now)) for relay in found]
    lines = [line for one in said for line in in_words(one)] or ["No alert has left yet."]
    return {"alerts": said, "warnings": alerts.operator_warnings(now=now)}, lines


def dry_run(slug: str) -> Said:
    tried = trial.run(article(slug).get_latest_revision_as_object(), now=timezone.now())
    ways = [{"channel": way.channel, "origin": way.origin, "count": way.count} for way in tried.ways]
    said: dict[str, Any] = {
        "readers": tried.readers,
        "wanting": tried.wanting,
        "ways": ways,
        "alerts_nobody": tried.is_silent,
        "message": {"title": tried.title, "body": tried.body},
    }
    lines = [tried.title, *([f"  {tried.body}"] if tried.body else [])]
    lines.append(f"{tried.readers} readers follow a topic of it, {tried.wanting} want this kind of news")
    lines += [f"  {way['count']:>9}  {way['origin'] or way['channel']}" for way in ways]
    lines += ["It is marked to alert nobody."] if tried.is_silent else []
    return said, lines


def pause(target: str) -> Said:
    now = timezone.now()
    if "://" in target:
        try:
            done = operating.stop_lane(target, now=now)
        except operating.UnknownOrigin as error:
            raise CommandError(f"{target}: no device is registered there") from error
    else:
        done = bool(sum(operating.pause(relay, now=now) for relay in relays_of(target)))
    return {"changed": done}, ["Paused." if done else "Nothing to pause."]


def resume(target: str) -> Said:
    now = timezone.now()
    if "://" in target:
        done = operating.start_lane(target, now=now)
    else:
        done = bool(sum(operating.resume(relay) for relay in relays_of(target)))
    return {"changed": done}, ["Resumed." if done else "Nothing was paused."]


def keys(_target: str) -> Said:
    devices = reports.devices_by_key()
    present = vapid.signer().key_id
    known = [
        {"id": key_id, "devices": devices.get(key_id, 0), "is_present": key_id == present}
        for key_id in vapid.known_key_ids()
    ]
    lost = sum(count for key_id, count in devices.items() if key_id not in vapid.known_key_ids())
    lines = [f"{key['id']}  {key['devices']:>9} devices{'  present' if key['is_present'] else ''}" for key in known]
    return {"keys": known, "devices_with_lost_keys": lost}, [
        *lines,
        *([f"{lost} devices with a lost key"] * bool(lost)),
    ]


def rotate_key(_target: str) -> Said:
    try:
        old, new = vapid.rotate()
    except vapid.KeyIsGiven as error:
        raise CommandError(
            "VAPID_PRIVATE_KEY is set in the environment: put the present one into VAPID_OLD_KEYS and a new one there."
        ) from error
    return {"old": old, "new": new}, [
        f"Devices register with {new} from now on.",
        f"{old} goes on reaching those that have it; each takes the new one at its next visit.",
    ]


def forget_key(key_id: str) -> Said:
    if count := reports.devices_by_key().get(key_id, 0):
        raise CommandError(f"{key_id}: {count} devices would never hear from us again")
    if not vapid.forget(key_id):
        raise CommandError(f"{key_id}: no key of before in the data folder has this name")
    return {"forgotten": key_id}, [f"{key_id} is deleted."]


def forget_prepared(_target: str) -> Said:
    count = prepared.forget_all()
    return {"forgotten": count}, [f"{count} prepared keys are deleted; workers make new ones when they are idle."]


VERBS = {
    "status": status,
    "dry-run": dry_run,
    "pause": pause,
    "resume": resume,
    "keys": keys,
    "rotate-key": rotate_key,
    "forget-key": forget_key,
    "forget-prepared": forget_prepared,
}


def article(slug: str) -> Article:
    found = Article.objects.filter(slug=slug).first()
    if found is None:
        raise CommandError(f"{slug}: no article has this address")
    return found


def relays_of(slug: str) -> list[Relay]:
    return list(Relay.objects.filter(publication__article=article(slug), finished_at=None))


def described(report: reports.Report) -> dict[str, Any]:
    totals = {name: report.total(name) for name in COUNTS}
    lanes = [
        {
            "channel": lane.channel,
            "origin": lane.origin,
            "accepted": lane.accepted,
            "waiting": lane.waiting,
            "held": lane.held,
            "failed": lane.failed,
            "gone": lane.gone,
            "first_s": lane.first_s,
            "last_s": lane.last_s,
        }
        for lane in report.lanes
    ]
    about = report.article.slug if report.article else str(report.relay.occasion)
    reached = report.relay.feeds_reached
    return {"about": about, "state": report.state, "feeds_reached": reached, **totals, "lanes": lanes}


def in_words(said: dict[str, Any]) -> list[str]:
    counts = ", ".join(
        f"{said[name]} {name}" for name in ("accepted", "waiting", "held", "failed", "gone") if said[name]
    )
    lines = [f"{said['about']}: {said['state']}, {said['feeds_reached']} feeds, {counts or 'no device'}"]
    for lane in said["lanes"]:
        span = f", {lane['first_s']:.1f} to {lane['last_s']:.1f} s" if lane["first_s"] is not None else ""
        lines.append(
            f"  {lane['origin'] or lane['channel']}: {lane['accepted']} accepted, {lane['waiting']} waiting{span}"
        )
    return lines
