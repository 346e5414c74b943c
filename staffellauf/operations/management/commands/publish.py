import json
import logging
import sys
import threading
import time
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from staffellauf.accounts.models import User
from staffellauf.alerts import queries as alerts
from staffellauf.catalogue.models import Topic
from staffellauf.jobs import worker
from staffellauf.jobs.models import Worker
from staffellauf.newsroom import ninjs
from staffellauf.newsroom.models import ArticleTopic, Weight

WAIT_S = 60
# A worker renews its row every few seconds; one not heard of for so long sends nothing.
WORKER_SILENT = timedelta(seconds=30)
LOOK_EVERY_S = 0.2
WEIGHTS = {Weight.MAIN: "main", Weight.MENTIONED: "mentioned", Weight.INHERITED: "through its series"}
EXAMPLES = """Examples:
  staffellauf publish examples/article.json
  staffellauf publish article.json --wait 120 --json
  curl https://agency.example/item.json | staffellauf publish -"""


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
        # Its two lines an article would stand between ours.
        logging.getLogger("wagtail").setLevel(logging.WARNING)
        try:
            said = self.publish(options)
        except (ninjs.InvalidItem, OSError) as error:
            reason = f"{options['file']}: {getattr(error, 'strerror', None) or error}"
            if options["json"]:
                self.stdout.write(json.dumps({"status": "failed", "error": reason}, ensure_ascii=False))
            raise CommandError(reason) from error
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
        if outcome.status != "published":
            # What an earlier call sent is not sent again.
            after = replace(after, alerts_sent=after.alerts_sent - before.alerts_sent)
        return summary(outcome, after)

    def wait(self, outcome: ninjs.Outcome, before: alerts.RelayStatus, wait_s: float) -> alerts.RelayStatus:
        """Until nothing is left to send or the time is over. Without a worker, does a worker's work meanwhile."""
        deadline = time.monotonic() + wait_s
        has_worker = Worker.objects.filter(seen_at__gte=timezone.now() - WORKER_SILENT).exists()
        if not has_worker and not before.is_finished:
            self.stderr.write("No worker is running: sending from here.")
        now = before
        total = before.alerts_sent + before.waiting
        with tqdm(desc="Alerts", total=total, disable=not sys.stderr.isatty(), leave=False) as progress:
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


def relayed(outcome: ninjs.Outcome) -> alerts.RelayStatus:
    """How far it is. An article that never went live, or is offline, has nothing to send."""
    if outcome.publication is None or not outcome.article.live:
        return alerts.RelayStatus(feeds_reached=0, alerts_sent=0, waiting=0, gone=0, failed=0, is_finished=True)
    return alerts.relay_status(outcome.publication)


def summary(outcome: ninjs.Outcome, relay: alerts.RelayStatus | None) -> dict[str, Any]:
    return {
        "status": outcome.status,
        "headline": outcome.article.headline,
        "address": settings.PUBLIC_URL + outcome.article.get_absolute_url(),
        "topics": [
            {"kind": topic.kind, "slug": topic.slug, "name": topic.name, "weight": weight}
            for topic, weight in placed(outcome)
        ],
        "feeds_reached": relay.feeds_reached if relay else 0,
        "alerts_sent": relay.alerts_sent if relay else 0,
        "alerts_waiting": relay.waiting if relay else 0,
        "alerts_failed": relay.failed + relay.gone if relay else 0,
        "is_finished": relay.is_finished if relay else True,
        "warnings": list(outcome.warnings),
    }


def placed(outcome: ninjs.Outcome) -> list[tuple[Topic, str]]:
    """The article's topics, main ones first; those that the file names when nothing was stored."""
    rows = ArticleTopic.objects.filter(article_id=outcome.article.pk).select_related("topic")
    topics = [(row.topic, str(row.kind)) for row in rows] or list(outcome.subjects)
    ranks = list(WEIGHTS)
    return sorted(topics, key=lambda found: (ranks.index(Weight(found[1])), found[0].name))


# Any: as in summary.
def in_words(said: dict[str, Any]) -> str:
    lines = [f"{said['status'].capitalize()}{' (dry run)' if said.get('dry_run') else ''}: {said['headline']}"]
    lines.append(f"  Address  {said['address']}")
    topics = (f"{topic['name']} ({topic['kind']}, {WEIGHTS[topic['weight']]})" for topic in said["topics"])
    lines.append(f"  Topics   {'; '.join(topics) or 'none'}")
    if not said.get("dry_run"):
        lines.append(f"  Feeds    {said['feeds_reached']} reached")
        parts = [f"{said['alerts_sent']} sent"]
        parts += [f"{said[f'alerts_{state}']} {state}" for state in ("waiting", "failed") if said[f"alerts_{state}"]]
        lines.append(f"  Alerts   {', '.join(parts)}{'' if said['is_finished'] else '; a worker sends them'}")
    lines += [f"  Warning  {warning}" for warning in said["warnings"]]
    return "\n".join(lines)
