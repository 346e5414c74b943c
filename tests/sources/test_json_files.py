"""JSON files are read entry by entry, however long they are."""

import gzip
import json
from typing import Any

import pytest

from staffellauf.sources import json_files


def read(tmp_path, content: str | bytes) -> list[Any]:
    path = tmp_path / "file.json"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(json_files.items(path))


@pytest.mark.parametrize(
    ("content", "entries"),
    [
        ('{"a": 1}', [{"a": 1}]),
        ('[{"a": 1}, 2 ,"x"]\n', [{"a": 1}, 2, "x"]),
        ("[]", []),
        ('{"a": 1}\n{"a": 2}\n', [{"a": 1}, {"a": 2}]),
        ("[1]\n[2, [3]]", [1, 2, [3]]),
        ("null", [None]),
        ('["a\tb"]', ["a\tb"]),
        ("[NaN, -Infinity]", [None, None]),
        (f"[{'9' * 5000}]", [float("inf")]),
        (b"\xef\xbb\xbf[1]", [1]),
        ('["ü"]'.encode("utf-16"), ["ü"]),
        (gzip.compress('["ü"]'.encode(), mtime=0), ["ü"]),
    ],
)
def test_a_file_gives_its_entries(tmp_path, content, entries):
    assert read(tmp_path, content) == entries


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 64])
def test_entries_cut_by_the_end_of_a_chunk_come_whole(tmp_path, monkeypatch, chunk):
    monkeypatch.setattr(json_files, "CHUNK", chunk)
    entries = [{"a": 'ü\n\\" 😀', "b": [1.5e10, True, None, {}]}, 123456, "x" * 40, [], False, -0.25]

    assert read(tmp_path, json.dumps(entries, indent=1)) == entries


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "it is empty"),
        (" \n", "it is empty"),
        ("[1, 2", "its end is missing"),
        ("[1 2]", "at character 3 the list is broken"),
        ("[1,]", "at character 3 it is no JSON"),
        ('{"a": }', "at character 6 it is no JSON"),
        ('["abc', "at character 1 it is no JSON"),
        ("<html>", "at character 0 it is no JSON"),
        ("[" * 100_000, "nested too deeply"),
        (b'["\xff\xfe\xfd"]', "no text"),
        (gzip.compress(b"[1, 2]", mtime=0)[:-10], "breaks off"),
        (b"\x1f\x8bgarbage", "file.json"),
    ],
)
def test_a_broken_file_says_what_is_wrong_with_it(tmp_path, content, said):
    with pytest.raises(json_files.Broken, match="(?s).*" + said):
        read(tmp_path, content)


def test_a_file_that_is_not_there_says_so(tmp_path):
    with pytest.raises(json_files.Broken, match=r"x\.json: No such file"):
        list(json_files.items(tmp_path / "x.json"))


def test_an_entry_too_long_is_not_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(json_files, "CHUNK", 16)
    monkeypatch.setattr(json_files, "MAX_CHARS", 100)

    with pytest.raises(json_files.Broken, match="more than 100 characters"):
        read(tmp_path, '["' + "x" * 1000 + '"]')


def test_one_value_is_decoded_and_no_more_than_one():
    assert json_files.decode(' {"a": [1]} ') == {"a": [1]}
    with pytest.raises(json_files.Broken, match="more behind its end, at character 3"):
        json_files.decode("{} {}")
