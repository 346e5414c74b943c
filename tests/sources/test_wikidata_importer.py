import pytest

from staffellauf.sources import fetching
from staffellauf.sources.reading import Options, WrongAddress
from staffellauf.sources.records import Refused, SeriesRecord
from staffellauf.sources.wikidata import fetch, importer
from tests.sources import wikidata_entities as wd
from tests.standins import answers


@pytest.fixture
def wikidata(settings, monkeypatch):
    entities = {entity["id"]: entity for entity in [wd.moor(), *wd.around()]}

    def answer(query):
        ids = query["ids"].split("|")
        assert len(ids) <= 50
        return {"entities": {item: entities.get(item, {"id": item, "missing": ""}) for item in ids}}

    with answers.serve({"/w/api.php": answer}) as api:
        settings.WIKIDATA_URL = api.url
        settings.PUBLIC_URL = "https://serien.example"
        settings.IMPORT_ALLOW_LOCAL = True
        monkeypatch.setattr(fetching, "LIMITS", {})
        monkeypatch.setattr(fetch, "CALLS", 100)
        yield api


def test_a_series_is_fetched_with_whom_and_what_it_names(wikidata):
    reading = importer.open("Q900001", options=Options())

    (found,) = reading.records(0)

    assert isinstance(found, SeriesRecord) and found.warnings == () and not found.is_partial
    assert found.roles and found.roles[0].character == "Tom Reed"
    assert found.relations and found.relations[0].work and found.relations[0].work.authors
    assert reading.total == 1 and list(reading.records(1)) == []


def test_wikidata_is_told_who_asks(wikidata):
    list(importer.open("Q900001", options=Options()).records(0))

    assert {asked.headers["user-agent"] for asked in wikidata.asked} == {
        "Staffellauf (https://serien.example; catalogue of TV series)"
    }
    assert wikidata.asked[0].query["props"] == "info|labels|aliases|claims"


def test_a_list_is_asked_for_in_fifties(wikidata):
    list(fetch.entities([f"Q{number}" for number in range(1, 121)]))

    assert [len(asked.query["ids"].split("|")) for asked in wikidata.asked] == [50, 50, 20]


def test_each_id_of_a_list_gives_one_record_or_one_refusal(wikidata, tmp_path):
    path = tmp_path / "series.txt"
    path.write_text("# ours\nQ900001\nQ404\nQ900040\nQ900050\n")

    reading = importer.open(str(path), options=Options())

    found = list(reading.records(0))
    assert reading.total == 4
    assert [type(item).__name__ for item in found] == ["SeriesRecord", "Refused", "Refused", "FranchiseRecord"]
    assert isinstance(found[1], Refused) and "does not have it" in found[1].reason
    assert list(reading.records(2)) == found[2:]


def test_an_error_ends_the_run_with_its_words(wikidata):
    wikidata.answers["/w/api.php"] = {"error": {"code": "param", "info": "That is too much."}}

    with pytest.raises(fetching.SourceUnavailable, match="That is too much"):
        list(importer.open("Q1,Q2", options=Options()).records(0))


@pytest.mark.parametrize("address", ["dark", "Q0", "Q" + "9" * 40, "https://www.wikidata.org/wiki/Q1"])
def test_anything_else_is_a_wrong_address(address):
    with pytest.raises(WrongAddress, match="Q886"):
        importer.open(address, options=Options())


def test_a_text_file_with_something_else_is_refused(tmp_path):
    path = tmp_path / "series.txt"
    path.write_text("Q1\nDark\n")

    with pytest.raises(WrongAddress, match="'Dark' is no Q id"):
        importer.open(str(path), options=Options())
