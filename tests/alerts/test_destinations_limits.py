"""What readers may not do with destinations: too many, too often, no address at all, somebody else's."""

import pytest

from staffellauf.alerts import destinations
from staffellauf.alerts.channels import InvalidDestination
from staffellauf.alerts.models import Destination
from staffellauf.jobs.models import Job
from staffellauf.readers.models import Reader
from tests import make
from tests.alerts.pigeons import NOW, Pigeons, add

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Reader:
    return make.reader("ada")


# --- too many, too often


def test_ten_are_enough(pigeons: Pigeons, ada: Reader) -> None:
    for number in range(destinations.MOST):
        add(ada, f"loft-{number}")

    with pytest.raises(InvalidDestination):
        add(ada, "loft-more")
    assert Destination.objects.count() == destinations.MOST


def test_adding_and_removing_without_end_is_not_possible(pigeons: Pigeons, ada: Reader) -> None:
    for number in range(destinations.ADDING.most):
        destinations.remove(add(ada, f"loft-{number}"))

    with pytest.raises(InvalidDestination):
        add(ada, "loft-more")


def test_signing_in_makes_no_more_than_ten(pigeons: Pigeons, ada: Reader) -> None:
    for number in range(8):
        add(ada, f"loft-{number}")
    phone = make.device_reader()
    for number in range(8, 14):
        add(phone, f"loft-{number}")

    assert destinations.move(phone, ada) == 2


def test_a_strangers_mailbox_cannot_be_flooded(pigeons: Pigeons) -> None:
    """By any number of readers, nor by what stands behind a plus sign."""
    pigeons.NEEDS_CONFIRMATION = True
    refused = 0

    for number in range(8):
        reader = make.device_reader(f"phone {number}")
        try:
            add(reader, f"loft-ada+{number}@example.org")
        except InvalidDestination:
            refused += 1

    assert (len(pigeons.asked), refused) == (3, 5)
    assert Destination.objects.count() == 3


def test_one_reader_asks_a_few_addresses_an_hour(pigeons: Pigeons, ada: Reader) -> None:
    pigeons.NEEDS_CONFIRMATION = True

    for number in range(5):
        add(ada, f"loft-{number}@example.org")

    with pytest.raises(InvalidDestination):
        add(ada, "loft-5@example.org")
    assert len(pigeons.asked) == 5


def test_tests_are_one_at_a_time_and_few(pigeons: Pigeons, ada: Reader) -> None:
    row = add(ada)

    answers = [destinations.try_out(row) for _ in range(8)]

    assert answers == [True] * 5 + [False] * 3
    assert Job.objects.count() == 1


# --- nothing that there is


@pytest.mark.parametrize(
    ("channel", "address"),
    [
        ("pigeon", ""),
        ("pigeon", "   "),
        ("pigeon", "nest"),
        ("pigeon", "loft-\x00"),
        ("pigeon", "loft-" + "x" * 5000),
        ("raven", "loft-12"),
        ("", "loft-12"),
        ("webpush", "loft-12"),
        ("../mail", "loft-12"),
        ("delivering", "loft-12"),
    ],
)
def test_what_is_no_address_is_refused_in_words(pigeons: Pigeons, ada: Reader, channel: str, address: str) -> None:
    with pytest.raises(InvalidDestination) as refusal:
        destinations.add(ada, channel, address=address, now=NOW)

    assert str(refusal.value)
    assert not Destination.objects.exists()


def test_a_rhythm_that_does_not_exist_is_refused(pigeons: Pigeons, ada: Reader) -> None:
    with pytest.raises(InvalidDestination):
        add(ada, rhythm="hourly")


@pytest.mark.parametrize("forged", ["", "x", "gAAAA", "\x00"])
def test_only_what_was_removed_can_be_put_back(pigeons: Pigeons, ada: Reader, forged: str) -> None:
    with pytest.raises(InvalidDestination):
        destinations.put_back(ada, forged, now=NOW)


# --- whose it is


@pytest.mark.parametrize("pk", [0, -1, 2**63, 10**40])
def test_no_number_leads_to_what_is_not_there(ada: Reader, pk: int) -> None:
    with pytest.raises(Destination.DoesNotExist):
        destinations.own(ada, pk)


def test_a_strangers_is_not_ones_own(pigeons: Pigeons, ada: Reader) -> None:
    row = add(make.device_reader())

    with pytest.raises(Destination.DoesNotExist):
        destinations.own(ada, row.pk)
    assert destinations.of(ada) == []


def test_the_devices_are_no_address_to_remove(ada: Reader) -> None:
    row = Destination.objects.create(reader=ada, channel="webpush")

    with pytest.raises(Destination.DoesNotExist):
        destinations.own(ada, row.pk)
    assert destinations.of(ada) == []


def test_nobody_puts_back_what_another_removed(pigeons: Pigeons, ada: Reader) -> None:
    removed = destinations.remove(add(make.device_reader()))

    with pytest.raises(InvalidDestination):
        destinations.put_back(ada, removed, now=NOW)
