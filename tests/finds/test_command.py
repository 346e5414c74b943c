"""`staffellauf feeds`."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from staffellauf.finds.models import Find
from tests.standins import feeds as standin

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("feeds", *arguments, stdout=out)
    return out.getvalue()


def test_a_feed_is_added_fetched_and_listed(settings: Any) -> None:
    settings.FEEDS_ALLOW_LOCAL = True
    with standin.start() as press:
        address = press.put("/rss", standin.rss(("Dark kehrt zurück", "https://press.example/1", None)))
        run("add", address, "--publisher", "DWDL", "--language", "de")
        said = json.loads(run("fetch", "--json"))
        broken = json.loads(run("add", press.at("/none"), "--json"))
        run("fetch", press.at("/none"))

    listed = run("list")
    assert (said["new_finds"], Find.objects.get().headline) == (1, "Dark kehrt zurück")
    assert broken["publisher"] == "127.0.0.1"
    assert "DWDL" in listed and "fine" in listed and "(404)" in listed


def test_lists_come_in_and_go_out(tmp_path: Path) -> None:
    source = tmp_path / "in.opml"
    source.write_text(
        '<opml version="1.0"><body><outline text="TV"><outline text="Deadline" xmlUrl="https://deadline.example/feed"'
        ' htmlUrl="https://deadline.example"/></outline><outline text="no feed"/>'
        '<outline xmlUrl="javascript:alert(1)"/></body></opml>'
    )

    assert json.loads(run("import", str(source), "--json")) == {"followed": 1, "known": 0}
    assert json.loads(run("import", str(source), "--json")) == {"followed": 0, "known": 1}
    assert 'xmlUrl="https://deadline.example/feed"' in run("export")


@pytest.mark.parametrize(("arguments", "status"), [
    (("add", "javascript:alert(1)"), 2), (("fetch", "https://nobody.example/"), 1), (("import", "/nowhere"), 1),
])  # fmt: skip
def test_what_cannot_be_done_says_why(arguments: tuple[str, ...], status: int) -> None:
    with pytest.raises(CommandError) as failed:
        run(*arguments)

    assert failed.value.returncode == status
    assert arguments[1] in str(failed.value)
