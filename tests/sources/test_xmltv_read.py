import gzip
import lzma
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from staffellauf.sources.xmltv import files, numbers, read, times
from staffellauf.sources.xmltv.guide import Credit, EpisodeNumber, GuideText, GuideUnreadable, Rating

SHARED = Path(os.environ.get("STAFFELLAUF_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
BERLIN = ZoneInfo("Europe/Berlin")

WHOLE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE tv SYSTEM "xmltv.dtd">
<tv generator-info-name="test">
  <channel id="eins.example"><display-name lang="de">Eins</display-name><display-name>Eins HD</display-name>
    <icon src="https://eins.example/logo.png"/></channel>
  <programme channel="eins.example" stop="20260123210000 +0100" start="20260123201500 +0100" clumpidx="0/1">
    <episode-num system="onscreen">S02E05</episode-num>
    <category lang="de">Krimiserie</category>
    <desc lang="de">Ein Fall
      auf zwei Zeilen.</desc>
    <sub-title>Die Brücke</sub-title>
    <new/>
    <title lang="de">Nordlicht</title>
    <title lang="en">Northern Light</title>
    <credits><actor role="Mia Sund" guest="yes">Ada Stern<image>https://eins.example/ada.jpg</image></actor>
      <director>Bo Lund</director></credits>
    <date>20250101</date>
    <episode-num system="xmltv_ns">1 . 4/13 . 0/2</episode-num>
    <episode-num system="dd_progid">EP01234567.0005</episode-num>
    <length units="minutes">43</length>
    <country>DE</country>
    <rating system="FSK"><value>12</value></rating>
    <premiere>Free-TV-Premiere</premiere>
    <previously-shown/>
  </programme>
</tv>"""


def guide_of(tmp_path, text, **options):
    path = tmp_path / "guide.xml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read.survey(path, **options)


def programmes_of(tmp_path, *rows, **options):
    """Each row: start, stop or None, title; on one channel."""
    lines = [
        f'<programme channel="eins" start="{start}"{f" stop={chr(34)}{stop}{chr(34)}" if stop else ""}>'
        f"<title>{title}</title></programme>"
        for start, stop, title in rows
    ]
    return list(guide_of(tmp_path, f"<tv>{''.join(lines)}</tv>", **options).programmes())


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_everything_a_programme_says_is_read_in_any_order(tmp_path):
    guide = guide_of(tmp_path, WHOLE)

    (programme,) = guide.programmes()

    assert guide.channels[0].names == (GuideText("Eins", "de"), GuideText("Eins HD"))
    assert guide.channels[0].icon == "https://eins.example/logo.png"
    assert (programme.start, programme.stop) == (utc("2026-01-23T19:15"), utc("2026-01-23T20:00"))
    assert programme.titles == (GuideText("Nordlicht", "de"), GuideText("Northern Light", "en"))
    assert programme.subtitles == (GuideText("Die Brücke"),)
    assert programme.description == "Ein Fall auf zwei Zeilen."
    assert programme.categories == ("Krimiserie",)
    assert programme.numbers == (
        EpisodeNumber("onscreen", "S02E05", season=2, number=5),
        EpisodeNumber("xmltv_ns", "1 . 4/13 . 0/2", season=2, number=5, total=13, part=1, parts=2),
        EpisodeNumber("dd_progid", "EP01234567.0005"),
    )
    assert programme.credits == (
        Credit("actor", "Ada Stern", "Mia Sund", is_guest=True),
        Credit("director", "Bo Lund"),
    )
    assert programme.ratings == (Rating("FSK", "12"),)
    assert (programme.year, programme.countries, programme.length_min) == (2025, ("DE",), 43)
    assert (programme.is_repeat, programme.is_premiere, programme.is_new, programme.is_cut) == (True, True, True, False)
    assert programme.line == 6


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20260123201500 +0100", "2026-01-23T19:15"),
        ("202601232015 +01:00", "2026-01-23T19:15"),
        ("2026012320", "2026-01-23T19:00"),
        ("20260123", "2026-01-22T23:00"),
        ("20260123240000", "2026-01-23T23:00"),
        ("20260723201500", "2026-07-23T18:15"),
        ("20260723201500 BST", "2026-07-23T19:15"),
        ("20260723201500 CEST", "2026-07-23T18:15"),
        ("20260723201500 EST", "2026-07-24T01:15"),
        ("20260723201500 UTC", "2026-07-23T20:15"),
        ("20260723201500 -0330", "2026-07-23T23:45"),
        ("20260723201500+0200", "2026-07-23T18:15"),
        ("20260723201500 America/New_York", "2026-07-24T00:15"),
        ("2026-07-23T20:15:00Z", "2026-07-23T20:15"),
    ],
)
def test_all_forms_of_time_are_read(text, expected):
    assert times.read(text, BERLIN).utc() == utc(expected)


@pytest.mark.parametrize(
    "text",
    ["", "2026", "202601", "20261301", "20260230120000", "20260123256000", "00010101000000", "9" * 5000, "bald",
     "20260123201500 XYZ", "20260123201500 +9900", "20260123201500 ../../etc/passwd", "202601232015001"],
)  # fmt: skip
def test_what_is_no_time_is_refused(text):
    with pytest.raises(times.TimeUnreadable):
        times.read(text, BERLIN)


def test_in_the_night_with_an_hour_more_a_channel_goes_on_in_order(tmp_path):
    programmes = programmes_of(
        tmp_path,
        ("20261025013000", "20261025021500", "vor der ersten"),
        ("20261025021500", "20261025024500", "erste"),
        ("20261025024500", "20261025021500", "über die Umstellung"),
        ("20261025021500", "20261025024500", "zweite"),
        ("20261025024500", "20261025033000", "danach"),
    )

    assert [p.start for p in programmes] == [
        utc("2026-10-24T23:30"), utc("2026-10-25T00:15"), utc("2026-10-25T00:45"), utc("2026-10-25T01:15"),
        utc("2026-10-25T01:45"),
    ]  # fmt: skip
    assert [p.stop for p in programmes] == [*(p.start for p in programmes[1:]), utc("2026-10-25T02:30")]


def test_an_end_that_was_reckoned_without_the_turned_clock_gives_way_to_the_next_start(tmp_path):
    programmes = programmes_of(
        tmp_path,
        ("20261025013000", "20261025030000", "bis zur Umstellung"),
        ("20261025020000 +0100", "20261025030000 +0100", "nach der Umstellung"),
    )

    assert programmes[0].stop == programmes[1].start == utc("2026-10-25T01:00")


def test_in_the_night_with_an_hour_less_a_channel_goes_on_in_order(tmp_path):
    programmes = programmes_of(
        tmp_path,
        ("20260329013000", None, "davor"),
        ("20260329021000", None, "gibt es nicht"),
        ("20260329023000", None, "gibt es nicht"),
        ("20260329030000", None, "danach"),
        ("20260329034500", None, "später"),
    )

    assert [p.start for p in programmes] == [
        utc("2026-03-29T00:30"), utc("2026-03-29T01:00"), utc("2026-03-29T01:00"), utc("2026-03-29T01:00"),
        utc("2026-03-29T01:45"),
    ]  # fmt: skip


def test_a_time_that_clocks_jump_over_is_shifted_when_nothing_stands_against_it(tmp_path):
    (programme,) = programmes_of(tmp_path, ("20260329023000", "20260329033000", "Nachtfilm"))

    assert (programme.start, programme.stop) == (utc("2026-03-29T01:30"), utc("2026-03-29T01:30"))


def test_a_missing_end_is_the_next_start_on_the_channel_or_follows_from_the_length(tmp_path):
    guide = guide_of(
        tmp_path,
        """<tv><programme channel="eins" start="202601232100 +0000"><title>Zweite</title></programme>
        <programme channel="zwei" start="202601232030 +0000"><title>Woanders</title></programme>
        <programme channel="eins" start="202601232000 +0000"><title>Erste</title></programme>
        <programme channel="drei" start="202601232000 +0000"><title>Film</title><length units="hours">2</length>
        </programme>
        <programme channel="eins" start="202601262000 +0000"><title>Tage danach</title></programme></tv>""",
    )

    ends = {programme.title: programme.stop for programme in guide.programmes()}

    assert ends == {
        "Erste": utc("2026-01-23T21:00"),
        "Zweite": None,
        "Woanders": None,
        "Film": utc("2026-01-23T22:00"),
        "Tage danach": None,
    }


def test_ends_that_cannot_be_are_counted_and_replaced(tmp_path):
    guide = guide_of(
        tmp_path,
        """<tv><programme channel="a" start="202601232000" stop="202601231900"><title>rückwärts</title></programme>
        <programme channel="a" start="202601232100" stop="202801231900"><title>Jahre</title></programme>
        <programme channel="a" start="202601232200" stop="gleich"><title>Wort</title></programme></tv>""",
    )

    assert guide.odd_stop_count == 3
    assert [p.stop for p in guide.programmes()] == [utc("2026-01-23T20:00"), utc("2026-01-23T21:00"), None]


def test_overlaps_are_counted_and_clumps_are_none(tmp_path):
    guide = guide_of(
        tmp_path,
        """<tv><programme channel="a" start="202601232000" stop="202601232100"><title>A</title></programme>
        <programme channel="a" start="202601232050" stop="202601232130"><title>B</title></programme>
        <programme channel="a" start="202601232130" stop="202601232200" clumpidx="0/2"><title>C</title></programme>
        <programme channel="a" start="202601232130" stop="202601232200" clumpidx="1/2"><title>D</title></programme>
        <programme channel="b" start="202601232050" stop="202601232130"><title>E</title></programme></tv>""",
    )

    assert guide.overlap_count == 1
    assert [p.clump for p in guide.programmes()] == [(0, 1), (0, 1), (0, 2), (1, 2), (0, 1)]


def test_refused_programmes_are_listed_with_line_and_reason(tmp_path):
    guide = guide_of(
        tmp_path,
        """<tv><programme start="202601232000"><title>Ohne Sender</title></programme>
<programme channel="a" start="demnächst"><title>Ohne Zeit</title></programme>
<programme channel="a" start="202601232000"><title>  </title></programme>
<programme channel="a" start="202601232000"><title/><title>Gut</title></programme></tv>""",
    )

    assert [(r.line, r.title, r.reason) for r in guide.refused] == [
        (1, "Ohne Sender", "no channel"),
        (2, "Ohne Zeit", "start: no time: demnächst"),
        (3, "", "no title"),
    ]
    assert [p.title for p in guide.programmes()] == ["Gut"]


@pytest.mark.parametrize(
    ("text", "season", "number", "last", "total"),
    [
        ("S02E05", 2, 5, None, None),
        ("s2 e5", 2, 5, None, None),
        ("S01E01E02", 1, 1, 2, None),
        ("S01E01-E02", 1, 1, 2, None),
        ("2x05", 2, 5, None, None),
        ("Staffel 2, Folge 5", 2, 5, None, None),
        ("Staffel 2 - Folge 5/13", 2, 5, None, 13),
        ("2. Staffel, Folge 5", 2, 5, None, None),
        ("Folge 5 (Staffel 2)", 2, 5, None, None),
        ("Season 2, Episode 5", 2, 5, None, None),
        ("Folge 4711", None, 4711, None, None),
        ("2/13", None, 2, None, 13),
        ("(5)", None, 5, None, None),
        ("5", None, 5, None, None),
        ("Staffel 3", 3, None, None, None),
        ("Weihnachtsspecial", None, None, None, None),
        ("S99999999E999999999", None, None, None, None),
        ("9" * 4000, None, None, None, None),
    ],
)
def test_numbers_on_the_screen_are_read(text, season, number, last, total):
    read_number = numbers.read(text, "onscreen")

    assert (read_number.season, read_number.number) == (season, number)
    assert (read_number.last_number, read_number.total) == (last, total)
    assert read_number.text == text


@pytest.mark.parametrize(
    ("text", "season", "number"),
    [("0.0.0/1", 1, 1), (" . 4 . ", None, 5), ("1..", 2, None), ("x.y.z", None, None), ("1", None, None),
     ("999999999.999999999.", None, None), ("0 . 3/10 . 0", 1, 4)],
)  # fmt: skip
def test_xmltv_counts_from_zero(text, season, number):
    read_number = numbers.read(text, "xmltv_ns")

    assert (read_number.season, read_number.number) == (season, number)


def test_cut_titles_are_flagged(tmp_path):
    programmes = programmes_of(tmp_path, ("2026012320", None, "Die lange Nacht der …"), ("2026012321", None, "Kurz"))

    assert [p.is_cut for p in programmes] == [True, False]


@pytest.mark.parametrize(
    "pack", [gzip.compress, lzma.compress, lambda data: gzip.compress(data[:99]) + gzip.compress(data[99:])]
)
def test_packed_guides_are_read(tmp_path, pack):
    assert guide_of(tmp_path, pack(WHOLE.encode())).programme_count == 1


@pytest.mark.parametrize("encoding", ["iso-8859-1", "windows-1252", "utf-16", "utf-8-sig", "iso-8859-15"])
def test_the_declared_encoding_is_followed(tmp_path, encoding):
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    text = f'<?xml version="1.0" encoding="{declared}"?><tv><programme channel="a" start="20260123"><title>Grün</title>'

    guide = guide_of(tmp_path, (text + "</programme></tv>").encode(encoding))

    assert [p.title for p in guide.programmes()] == ["Grün"]


def test_names_of_the_dtd_that_is_not_read_are_those_of_html(tmp_path):
    guide = guide_of(
        tmp_path,
        '<!DOCTYPE tv SYSTEM "xmltv.dtd"><tv><programme channel="a" start="20260123"><title>Gr&uuml;n &amp; &lt;b&gt;'
        "</title></programme></tv>",
    )

    assert [p.title for p in guide.programmes()] == ["Grün & <b>"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "kein XML",
        "<rss></rss>",
        WHOLE[:-5],
        WHOLE + "<more/>",
        '<?xml version="1.0" encoding="klingonisch"?><tv></tv>',
        '<?xml version="1.0" encoding="shift_jis"?><tv></tv>',
        b"<tv><programme channel='a' start='20260123'><title>\xff\xfe</title></programme></tv>",
        "<tv><programme channel='a' start='20260123'><title>\0</title></programme></tv>",
        '<!DOCTYPE tv [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><tv>&b;</tv>',
        '<!DOCTYPE tv [<!ENTITY x SYSTEM "file:///etc/passwd">]><tv><channel id="&x;"/></tv>',
        "<tv>" + "<channel id='a'>" * 60 + "</channel>" * 60 + "</tv>",
        "<tv><channel id='" + "x" * 3_000_000 + "'/></tv>",
        gzip.compress(WHOLE.encode(), mtime=0)[:-20],
        lzma.compress(WHOLE.encode())[:-20],
        b"PK\x03\x04rest",
    ],
)
def test_a_guide_that_is_not_whole_or_not_one_is_refused_as_a_whole(tmp_path, text):
    with pytest.raises(GuideUnreadable) as refusal:
        guide_of(tmp_path, text)

    assert 10 < len(str(refusal.value)) < 300


def test_size_is_limited_packed_and_unpacked(tmp_path):
    bomb = gzip.compress(b"<tv>" + b" " * 5_000_000 + b"</tv>")

    with pytest.raises(GuideUnreadable, match="Unpacked"):
        guide_of(tmp_path, bomb, limits=files.Limits(unpacked_bytes=1_000_000))
    with pytest.raises(GuideUnreadable, match="larger"):
        guide_of(tmp_path, bomb, limits=files.Limits(packed_bytes=100))


def test_a_file_that_changes_between_the_readings_is_noticed(tmp_path):
    guide = guide_of(tmp_path, WHOLE)
    guide.path.write_text(WHOLE.replace("Nordlicht", "Südlicht"))

    with pytest.raises(GuideUnreadable, match="changed"):
        list(guide.programmes())


def test_reading_may_go_on_behind_the_first_programmes(tmp_path):
    rows = [(f"2026012320{minute:02}", None, f"Folge {minute}") for minute in range(5)]
    lines = "".join(f'<programme channel="a" start="{s}"><title>{t}</title></programme>' for s, _, t in rows)
    guide = guide_of(tmp_path, f"<tv>{lines}</tv>")

    assert [p.title for p in guide.programmes(skip=3)] == ["Folge 3", "Folge 4"]


def test_more_than_anybody_needs_in_one_programme_is_left_out(tmp_path):
    flood = "<category>x</category>" * 2_000
    text = f'<tv><programme channel="a" start="20260123"><title>{"T" * 50_000}</title>{flood}</programme></tv>'
    guide = guide_of(tmp_path, text)

    (programme,) = guide.programmes()

    assert len(programme.title) == 300


def test_the_real_guides_are_read_whole():
    folder = SHARED / "xmltv"
    if not folder.is_dir():
        pytest.skip("the shared data is not beside the repository; set STAFFELLAUF_SHARED_DATA")
    german = read.survey(folder / "plutotv-de_2021-12-29.xml")
    spanish = read.survey(folder / "plutotv-es_2021-12-29.xml")

    assert (len(german.channels), german.programme_count, german.overlap_count) == (69, 1575, 181)
    assert (len(spanish.channels), spanish.programme_count, spanish.overlap_count) == (100, 2211, 200)
    assert sum(p.is_cut for p in german.programmes()) == 10
    assert german.refused_count == spanish.refused_count == 0
    for span in german.spans.values():
        assert timedelta() < span.last - span.first < timedelta(days=3)


def test_all_inputs_of_the_xmltv_project_are_read():
    folder = SHARED / "xmltv" / "xmltv-project"
    if not folder.is_dir():
        pytest.skip("the shared data is not beside the repository; set STAFFELLAUF_SHARED_DATA")
    paths = sorted(folder.glob("*.xml"))

    guides = [read.survey(path) for path in paths]

    assert len(paths) == 31
    assert sum(guide.refused_count for guide in guides) == 0
    for guide in guides:
        assert len(list(guide.programmes())) == guide.programme_count
