import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from staffellauf.jobs import actions, queries
from staffellauf.jobs.models import Job

# What fits on a screen; --json lists all.
SHOWN = 20


class Command(BaseCommand):
    help = "Count background jobs, show those given up, and let them run again."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.epilog = "Example: staffellauf jobs retry 17 18 (or: staffellauf jobs retry --all-dead)"
        parser.add_argument("action", nargs="?", choices=["list", "retry"], default="list")
        parser.add_argument("ids", nargs="*", type=int, metavar="ID", help="jobs to retry")
        parser.add_argument("--all-dead", action="store_true", help="retry all that were given up")
        parser.add_argument("--json", action="store_true", help="for programs")

    # Any: what argparse parsed.
    def handle(self, *args: Any, **options: Any) -> None:
        is_retry = options["action"] == "retry"
        if is_retry != bool(options["ids"] or options["all_dead"]) or (options["ids"] and options["all_dead"]):
            raise CommandError("name jobs to retry, or --all-dead: staffellauf jobs retry 17", returncode=2)
        if is_retry:
            self.retry(options["ids"], is_json=options["json"])
        else:
            self.show(is_json=options["json"])

    def show(self, *, is_json: bool) -> None:
        dead = Job.objects.dead().order_by("-finished_at", "-id")
        if is_json:
            self.stdout.write(json.dumps({"counts": queries.counts(), "dead": [described(job) for job in dead]}))
            return
        for queue, states in queries.counts().items():
            self.stdout.write(f"{queue}: " + ", ".join(f"{number} {state}" for state, number in states.items()))
        number = queries.dead()
        self.stdout.write(f"\n{number} given up" + (":" if number else "."))
        for job in dead[:SHOWN]:
            self.stdout.write(f"  {job.pk}  {job.finished_at:%Y-%m-%d %H:%M}  {job.task}  {last_line(job)}")
        if number > SHOWN:
            self.stdout.write(f"  … and {number - SHOWN} more (--json lists them)")

    def retry(self, ids: list[int], *, is_json: bool) -> None:
        """All that can be retried are, also when one cannot; that one is the error."""
        retried, refused = [], {}
        wanted = ids or list(Job.objects.dead().order_by("id").values_list("pk", flat=True))
        for pk in wanted:
            try:
                actions.retry(Job(pk=pk), now=timezone.now())
                retried.append(pk)
            except (actions.CannotRetry, OverflowError) as error:
                refused[pk] = str(error)
        if is_json:
            self.stdout.write(json.dumps({"retried": retried, "refused": refused}))
        else:
            self.stdout.write(f"{len(retried)} jobs wait again")
        if refused:
            raise CommandError("; ".join(f"job {pk}: {reason}" for pk, reason in refused.items()))


def described(job: Job) -> dict[str, object]:
    return {
        "id": job.pk,
        "task": job.task,
        "arguments": job.arguments,
        "queue": job.queue,
        "key": job.key,
        "attempts": job.attempts,
        "enqueued_at": job.enqueued_at.isoformat(),
        "finished_at": job.finished_at and job.finished_at.isoformat(),
        "error": job.error_class,
        "traceback": job.traceback,
    }


def last_line(job: Job) -> str:
    return job.traceback.strip().rpartition("\n")[2][:100]
