"""What an operator sees of alerts on their way, and does about them."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from staffellauf.alerts import operating, queries, reports, tasks
from staffellauf.alerts.channels.webpush import vapid
from staffellauf.alerts.deciding import trial
from staffellauf.alerts.models import Lane, Relay, RelayLane
from staffellauf.jobs.models import Job
from staffellauf.newsroom.models import Publication
from staffellauf.readers.kinds import NewsKind
from staffellauf.readers.models import Follow
from tests import make
from tests.alerts.conftest import register

pytestmark = pytest.mark.django_db


@pytest.fixture
def ballard():
    return make.series("Ballard")


@pytest.fixture
def operator(client):
    client.force_login(make.user("chef", is_superuser=True, is_staff=True))
    return client


def told(*words: str, capsys) -> dict:
    call_command("alerts", *words, "--json")
    return json.loads(capsys.readouterr().out)


def test_the_report_says_who_was_reached_by_which_service_and_when(service, drain, ballard):
    register(make.reader("ada", follows=[ballard]), service.device())
    register(make.reader("grace", follows=[ballard]), service.device("gone"))
    make.article(about=[ballard])
    drain()

    report = reports.report(Relay.objects.get(), now=timezone.now())

    assert (report.state, report.accepted, report.gone, report.waiting, report.share) == ("finished", 1, 1, 0, 100)
    assert [(lane.channel, lane.accepted, lane.gone) for lane in report.lanes] == [("webpush", 1, 1)]
    assert report.first_s is not None
    assert report.last_s is not None
    assert 0 <= report.first_s <= report.last_s < 60


def test_a_paused_publication_alerts_nobody_until_it_is_resumed(service, drain, ballard):
    phone = service.device()
    register(make.reader("ada", follows=[ballard]), phone)
    make.article(about=[ballard])
    tasks.pick_up_publications()
    relay = Relay.objects.get()

    operating.pause(relay, now=timezone.now())
    drain()
    relay.refresh_from_db()
    assert (phone.messages(), reports.state_of(relay, now=timezone.now())) == ([], "paused")
    operating.resume(relay)
    drain()

    assert len(phone.notifications()) == 1


def test_what_other_channels_put_off_waits_while_the_publication_is_paused(ballard):
    make.article(about=[ballard])
    tasks.pick_up_publications()
    relay = Relay.objects.get()
    lane = RelayLane.objects.create(relay=relay, channel="ntfy", is_cut=True)
    operating.pause(relay, now=timezone.now())

    tasks.deliver_again.call(lane.pk, [7], 2)

    job = Job.objects.get(task__endswith="deliver_again")
    assert job.arguments["args"] == [lane.pk, [7], 2]
    assert job.due_at > timezone.now()


def test_what_is_finished_cannot_be_paused(service, drain, ballard):
    register(make.reader("ada", follows=[ballard]), service.device())
    make.article(about=[ballard])
    drain()
    relay = Relay.objects.get()

    assert (operating.pause(relay, now=timezone.now()), operating.resume(relay)) == (False, False)


def test_a_stopped_service_gets_nothing_until_it_is_started_again(service, drain, ballard):
    phone = service.device()
    register(make.reader("ada", follows=[ballard]), phone)
    operating.stop_lane(service.url, now=timezone.now())

    make.article(about=[ballard])
    drain()
    status = queries.relay_status(Publication.objects.get())
    assert (phone.messages(), status.waiting, status.is_finished) == ([], 1, False)
    operating.start_lane(service.url, now=timezone.now())
    drain()

    assert len(phone.notifications()) == 1
    assert queries.relay_status(Publication.objects.get()).is_finished


def test_only_a_service_that_has_devices_of_ours_can_be_stopped():
    with pytest.raises(operating.UnknownOrigin):
        operating.stop_lane("https://push.example.org", now=timezone.now())
    assert not Lane.objects.exists()


def test_the_dry_run_counts_who_wants_this_kind_of_news_and_sends_nothing(service, drain, ballard):
    phone, laptop = service.device(), service.device()
    ada, grace = make.reader("ada", follows=[ballard]), make.reader("grace", follows=[ballard])
    register(ada, phone)
    register(grace, laptop)
    Follow.objects.filter(reader=grace).update(unwanted_kinds=NewsKind.OTHER)
    draft = make.draft("Noch geheim", about=[ballard])

    tried = trial.run(draft, now=timezone.now())
    drain()

    assert (tried.readers, tried.wanting, tried.title) == (2, 1, "Noch geheim")
    assert [(way.channel, way.count) for way in tried.ways] == [("webpush", 1)]
    assert (phone.messages(), laptop.messages(), Relay.objects.count()) == ([], [], 0)


def test_ways_are_called_by_their_names():
    ways = [trial.Way("mail", "", 1), trial.Way("webpush", "https://push.example", 1), trial.Way("gone", "", 1)]

    assert [way.name for way in ways] == ["E-Mail", "https://push.example", "gone"]


def test_a_new_key_loses_no_device(service, drain, ballard, settings, tmp_path):
    settings.DATA = tmp_path
    phone, laptop = service.device(), service.device()
    register(make.reader("ada", follows=[ballard]), phone)
    old = vapid.application_server_key()

    vapid.rotate()
    register(make.reader("grace", follows=[ballard]), laptop)
    make.article(about=[ballard])
    drain()

    signed = [device.messages()[0].headers["authorization"].partition(", k=")[2] for device in (phone, laptop)]
    assert signed == [old, vapid.application_server_key()]
    assert old != vapid.application_server_key()


def test_the_command_tells_and_changes_the_same(service, drain, ballard, capsys):
    register(make.reader("ada", follows=[ballard]), service.device())
    article = make.article("Rosanna Arquette spielt Jenny", about=[ballard])
    drain()

    assert told("status", article.slug, capsys=capsys)["alerts"][0]["accepted"] == 1
    assert told("dry-run", article.slug, capsys=capsys)["wanting"] == 1
    assert told("pause", service.url, capsys=capsys) == {"changed": True}
    assert told("resume", service.url, capsys=capsys) == {"changed": True}
    assert told("keys", capsys=capsys)["keys"][0]["devices"] == 1
    with pytest.raises(CommandError, match="would never hear"):
        call_command("alerts", "forget-key", vapid.signer().key_id)
    with pytest.raises(CommandError, match="no article"):
        call_command("alerts", "pause", "gibt-es-nicht")


def test_the_newsroom_has_a_page_for_each_and_a_live_part(service, drain, ballard, operator):
    register(make.reader("ada", follows=[ballard]), service.device())
    make.article("Rosanna Arquette spielt Jenny", about=[ballard])
    drain()
    relay = Relay.objects.get()

    index = operator.get(reverse("alerts_admin:index")).content.decode()
    page = operator.get(reverse("alerts_admin:relay", args=[relay.pk])).content.decode()
    part = operator.get(reverse("alerts_admin:state", args=[relay.pk])).content.decode()

    assert "Rosanna Arquette spielt Jenny" in index
    assert service.url in page
    assert 'data-state="finished"' in part
    assert "<html" not in part
    assert operator.get(reverse("alerts_admin:lanes")).status_code == 200


def test_pausing_and_stopping_is_for_those_who_may(service, ballard, client):
    register(make.reader("ada", follows=[ballard]), service.device())
    article = make.article(about=[ballard])
    now = timezone.now()
    relay = Relay.objects.create(
        publication=article.publications.get(), started_at=now, expires_at=now + timedelta(days=1)
    )
    act, lanes = reverse("alerts_admin:act", args=[relay.pk]), reverse("alerts_admin:lanes")

    for user in (None, make.user("leserin")):
        if user:
            client.force_login(user)
        client.post(act, {"do": "pause"})
        client.post(lanes, {"stop": service.url})
    relay.refresh_from_db()
    assert (relay.paused_at, Lane.objects.count()) == (None, 0)

    client.force_login(make.user("chef", is_superuser=True, is_staff=True))
    client.post(act, {"do": "pause"})
    client.post(lanes, {"stop": service.url})
    client.post(lanes, {"stop": "https://evil.example.org\x00"})
    relay.refresh_from_db()
    assert relay.paused_at
    assert Lane.objects.get().stopped_at
    assert client.post(act, {"do": "x"}).status_code in {302, 403}
    assert client.get(reverse("alerts_admin:relay", args=["9" * 18])).status_code == 404
