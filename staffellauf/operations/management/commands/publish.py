import json
import sys
import threading
import time
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError
from django.utils import timezone
from tqdm import tqdm

from staffellauf.accounts.models import User
from staffellauf.alerts.models import Relay
from staffellauf.jobs import worker
from staffellauf.jobs.models import Worker
from staffellauf.newsroom import ninjs
from staffellauf.newsroom.models import ArticleTopic, Weight
from staffellauf.readers.models import Follow

WAIT_S = 60
# A worker renews its row every few seconds; one not heard of for so long sends nothing.
WORKER_SILENT = timedelta(seconds=30)
LOOK_EVERY_S = 0.2
WEIGHTS = {Weight.MAIN: "main", Weight.MENTIONED: "mentioned", Weight.INHERITED: "through its series"}
EXAMPLES = """Examples:
  staffellauf publish examples/article.json
  staffellauf publish article.json --wait 120 --json
  curl https://agency.example/item.json | staffellauf publish -"""


@dataclass(frozen=True)
class Relayed:
    """How far the article has come."""

    feeds_reached: int
    alerts_sent: int
    alerts_failed: int
    is_finished: bool


class Command(BaseCommand):
    help = "Publish one article that lies in FILE as ninjs; the same file again changes nothing."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.epilog = EXAMPLES
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("file", metavar="FILE", help="the article as ninjs (docs/ninjs.md); - reads standard input")
        parser.add_argument(
            "--wait", nargs="?", type=seconds, const=WAIT_S, metavar="SECONDS",
            help=f"until the alerts have left, at most so long ({WAIT_S} s); sends them itself when no worker runs",
        )  # fmt: skip
        parser.add_argument("--dry-run", action="store_true", help="check everything, store nothing")
        parser.add_argument("--allow-unknown", action="store_true", help="leave out topics that we do not have")
        parser.add_argument("--pictures", metavar="DIR", type=Path, help="the folder of the pictures, else FILE's")
        parser.add_argument("--as", dest="email", metavar="EMAIL", help="the editor who publishes")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    # Any: what argparse parsed.
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            said = self.publish(options)
        except (ninjs.InvalidItem, OSError) as error:
            reason = f"{options['file']}: {getattr(error, 'strerror', None) or error}"
            if options["json"]:
                self.stdout.write(json.dumps({"status": "failed", "error": reason}, ensure_ascii=False))
            raise CommandError(reason) from error
        except (OperationalError, ProgrammingError) as error:
            raise CommandError(f"the database is not ready (staffellauf up prepares it): {error}") from error
        self.stdout.write(json.dumps(said, ensure_ascii=False) if options["json"] else in_words(said))

    def publish(self, options: dict[str, Any]) -> dict[str, Any]:
        """What happened, as the JSON says it."""
        folder = options["pictures"] or (None if options["file"] == "-" else Path(options["file"]).resolve().parent)
        user = editor(options["email"]) if options["email"] else None
        item = ninjs.read(content(options["file"]))
        try:
            outcome = ninjs.apply(
                item,
                now=timezone.now(),
                folder=folder,
                user=user,
                allows_unknown=options["allow_unknown"],
                is_dry_run=options["dry_run"],
            )
        except ninjs.DryRun as stopped:
            return summary(stopped.outcome, None) | {"dry_run": True}
        before = relayed(outcome)
        after = self.wait(outcome, before, options["wait"]) if options["wait"] is not None else before
        is_first = outcome.status == "published"
        sent = after.alerts_sent - (0 if is_first else before.alerts_sent)
        return summary(outcome, after) | {"alerts_sent": sent}

    def wait(self, outcome: ninjs.Outcome, before: Relayed, wait_s: float) -> Relayed:
        """Until nothing is left to send or the time is over. Without a worker, does a worker's work meanwhile."""
        deadline = time.monotonic() + wait_s
        has_worker = Worker.objects.filter(seen_at__gte=timezone.now() - WORKER_SILENT).exists()
        if not has_worker:
            self.stderr.write("No worker is running: sending from here.")
        now = before
        with tqdm(desc="Alerts", unit="", disable=not sys.stderr.isatty(), leave=False) as progress:
            while not now.is_finished and (left_s := deadline - time.monotonic()) > 0:
                if not has_worker:
                    drain(left_s)
                now = relayed(outcome)
                progress.n = now.alerts_sent
                progress.refresh()
                if not now.is_finished:
                    time.sleep(min(LOOK_EVERY_S, max(left_s, 0)))
        return now


def seconds(value: str) -> float:
    number = float(value)
    if not 0 <= number <= 86_400:
        raise ValueError
    return number


def content(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read(ninjs.FILE_LIMIT + 1)
    with Path(file).open("rb") as opened:
        return opened.read(ninjs.FILE_LIMIT + 1)


def editor(email: str) -> User:
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None:
        raise CommandError(f"--as {email}: nobody has this address", returncode=2)
    if not user.has_perm("newsroom.publish_article"):
        raise CommandError(f"--as {email}: may not publish articles")
    return user


def drain(limit_s: float) -> None:
    work = worker.Worker()
    timer = threading.Timer(limit_s, work.stopping.set)
    timer.daemon = True
    timer.start()
    try:
        work.drain()
    finally:
        timer.cancel()


def relayed(outcome: ninjs.Outcome) -> Relayed:
    """The relay's numbers; before a worker has picked it up, who follows a topic of the article."""
    if outcome.publication is None:
        return Relayed(0, 0, 0, is_finished=True)
    topics = ArticleTopic.objects.filter(article=outcome.article).values("topic_id")
    feeds = Follow.objects.filter(topic_id__in=topics).values("reader_id").distinct().count()
    relay = Relay.objects.filter(publication=outcome.publication).first()
    if relay is None:
        return Relayed(feeds, 0, 0, is_finished=False)
    is_finished = relay.finished_at is not None
    return Relayed(feeds, relay.accepted, relay.failed + relay.gone, is_finished=is_finished)


def summary(outcome: ninjs.Outcome, relay: Relayed | None) -> dict[str, Any]:
    placed = ArticleTopic.objects.filter(article=outcome.article).select_related("topic")
    ranks = {weight: rank for rank, weight in enumerate(WEIGHTS)}
    return {
        "status": outcome.status,
        "headline": outcome.article.headline,
        "address": settings.PUBLIC_URL + outcome.article.get_absolute_url(),
        "topics": [
            {"kind": row.topic.kind, "slug": row.topic.slug, "name": row.topic.name, "weight": row.kind}
            for row in sorted(placed, key=lambda row: (ranks[Weight(row.kind)], row.topic.name))
        ],
        "feeds_reached": relay.feeds_reached if relay else 0,
        "alerts_sent": 0,
        "alerts_failed": relay.alerts_failed if relay else 0,
        "is_finished": relay.is_finished if relay else True,
        "warnings": list(outcome.warnings),
    }


# Any: as in summary.
def in_words(said: dict[str, Any]) -> str:
    lines = [f"{said['status'].capitalize()}{' (dry run)' if said.get('dry_run') else ''}: {said['headline']}"]
    lines.append(f"  Address  {said['address']}")
    topics = (f"{topic['name']} ({topic['kind']}, {WEIGHTS[topic['weight']]})" for topic in said["topics"])
    lines.append(f"  Topics   {'; '.join(topics) or 'none'}")
    if not said.get("dry_run"):
        lines.append(f"  Feeds    {said['feeds_reached']} reached")
        failed = f", {said['alerts_failed']} failed" if said["alerts_failed"] else ""
        rest = "" if said["is_finished"] else ", the rest is on its way"
        lines.append(f"  Alerts   {said['alerts_sent']} sent{failed}{rest}")
    lines += [f"  Warning  {warning}" for warning in said["warnings"]]
    return "\n".join(lines)
