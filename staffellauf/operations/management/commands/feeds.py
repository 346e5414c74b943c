import json
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from staffellauf.finds import fetching, opml, queries
from staffellauf.finds.actions import feeds
from staffellauf.finds.models import Feed

EXAMPLES = """Examples:
  staffellauf feeds add https://deadline.com/feed/ --publisher Deadline
  staffellauf feeds list --json
  staffellauf feeds fetch
  staffellauf feeds import feeds.opml
  staffellauf feeds export > feeds.opml"""


class Command(BaseCommand):
    help = "Feeds of others that the newsroom follows: add, list, fetch, import, export."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.epilog = EXAMPLES
        parser.formatter_class = RawDescriptionHelpFormatter
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="add|list|fetch|import|export")
        add = verbs.add_parser("add", help="follow the feed at ADDRESS")
        add.add_argument("address", metavar="ADDRESS")
        add.add_argument("--publisher", default="", help="as readers see it; else the host")
        add.add_argument("--language", default="", help="such as de")
        add.add_argument("--publish", action="store_true", help="finds go out by themselves")
        add.add_argument("--alert", action="store_true", help="published finds alert followers")
        listing = verbs.add_parser("list", help="all, with what is wrong with each")
        fetch = verbs.add_parser("fetch", help="fetch those that are due, or the one at ADDRESS, now and from here")
        fetch.add_argument("address", metavar="ADDRESS", nargs="?")
        taking = verbs.add_parser("import", help="follow what the OPML file names; - reads standard input")
        taking.add_argument("file", metavar="FILE")
        verbs.add_parser("export", help="write the list as OPML to standard output")
        for verb in (add, listing, fetch, taking):
            verb.add_argument("--json", action="store_true", help="print one JSON object")

    # Any: what argparse parsed.
    def handle(self, *args: Any, **options: Any) -> None:
        verbs = {"add": add, "list": show, "fetch": fetch, "import": take, "export": export}
        with translation.override("en"):
            said, lines = verbs[options["verb"]](options)
        if options.get("json"):
            self.stdout.write(json.dumps(said, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(lines))


# Any, here and below: what argparse parsed, and what JSON holds.
def add(options: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    try:
        feed = feeds.add(
            options["address"],
            publisher=options["publisher"],
            user=None,
            now=timezone.now(),
            language=options["language"][:3],
            publishes_itself=options["publish"],
            alerts=options["alert"],
        )
    except feeds.AlreadyFollowed as error:
        raise CommandError(f"{options['address']}: we follow it already") from error
    except feeds.NoAddress as error:
        raise CommandError(f"{options['address']}: no address that we can ask", returncode=2) from error
    return described(feed), [f"Following {feed.address}; a worker fetches it, or `staffellauf feeds fetch`."]


def show(options: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    found = [described(feed) for feed in queries.feeds()]
    return {"feeds": found}, [line(feed) for feed in found] or ["No feed is followed."]


def fetch(options: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    now = timezone.now()
    due = Feed.objects.due(now)
    if options["address"]:
        due = Feed.objects.filter(address=options["address"])
        if not due:
            raise CommandError(f"{options['address']}: we do not follow it")
    done, new = [], 0
    for feed in list(due):
        outcome = fetching.fetch(feed.address, etag=feed.etag, last_modified=feed.last_modified)
        taken = feeds.record(feed.pk, outcome, now=timezone.now())
        new += len(taken.made) if taken else 0
        done.append(described(Feed.objects.get(pk=feed.pk)))
    return {"feeds": done, "new_finds": new}, [*(line(feed) for feed in done), f"{len(done)} fetched, {new} new finds"]


def take(options: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    try:
        if options["file"] == "-":
            content = sys.stdin.buffer.read(opml.MAX_BYTES + 1)
        else:
            content = Path(options["file"]).read_bytes()
        followed, known = feeds.add_all(opml.read(content), user=None, now=timezone.now())
    except OSError as error:
        raise CommandError(f"{options['file']}: {error.strerror}") from error
    except opml.NoList as error:
        raise CommandError(f"{options['file']}: no OPML that we can read") from error
    return {"followed": followed, "known": known}, [f"{followed} followed now, {known} were before"]


def export(options: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    return {}, opml.write(queries.feeds()).splitlines()


def described(feed: Feed) -> dict[str, Any]:
    return {
        "address": feed.address,
        "publisher": feed.publisher,
        "title": feed.title,
        "is_active": feed.is_active,
        "problem": feed.problem,
        "sentence": feed.sentence,
        "failures": feed.failures,
        "last_success_at": feed.last_success_at.isoformat() if feed.last_success_at else None,
        "next_fetch_at": feed.next_fetch_at.isoformat() if feed.next_fetch_at else None,
    }


def line(feed: dict[str, Any]) -> str:
    state = (
        "off"
        if not feed["is_active"]
        else feed["sentence"] or ("fine" if feed["last_success_at"] else "not fetched yet")
    )
    return f"{feed['publisher']}  {feed['address']}\n  {state}"
