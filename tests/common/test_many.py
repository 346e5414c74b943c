import pytest

from staffellauf.common import many
from staffellauf.readers.models import Follow, Reader
from tests import make

pytestmark = pytest.mark.django_db


def test_many_ids_find_what_a_list_finds() -> None:
    dark = make.series("Dark")
    readers = [make.device_reader(f"phone {number}", follows=[dark]) for number in range(4)]
    wanted = [readers[0].pk, readers[2].pk, 2**62, -1]

    assert set(Reader.objects.filter(pk__in=many.Ids(wanted))) == {readers[0], readers[2]}
    assert Follow.objects.filter(reader_id__in=many.Ids(iter(wanted)), topic_id__in=many.Ids([dark.pk])).count() == 2
    assert not Reader.objects.filter(pk__in=many.Ids([])).exists()
