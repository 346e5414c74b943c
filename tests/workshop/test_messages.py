"""The judge of translations can fail."""

from pathlib import Path

import polib
import pytest
from django.utils import translation
from django.utils.translation import gettext

from workshop import messages
from workshop.messages import Message

FOLLOW = {Message("Follow"): ["parts/bell.html"]}


@pytest.fixture
def catalogue() -> polib.POFile:
    made = polib.POFile()
    made.append(polib.POEntry(msgid="Follow", msgstr="Folgen"))
    return made


def test_a_complete_catalogue_has_no_fault(catalogue):
    assert messages.missing(FOLLOW, catalogue) == []


def test_a_text_that_is_not_in_the_catalogue_is_found(catalogue):
    found = FOLLOW | {Message("Unfollow"): ["parts/bell.html"]}

    assert messages.missing(found, catalogue) == ["parts/bell.html: not in the catalogue: 'Unfollow'"]


def test_a_text_without_german_is_found(catalogue):
    catalogue[0].msgstr = ""

    assert messages.missing(FOLLOW, catalogue) == ["parts/bell.html: no German for 'Follow'"]


def test_a_missing_plural_is_found(catalogue):
    found = {Message("%(n)s article", "%(n)s articles"): ["news.html"]}
    catalogue[:] = [
        polib.POEntry(msgid="%(n)s article", msgid_plural="%(n)s articles", msgstr_plural={0: "%(n)s Artikel", 1: ""})
    ]

    assert messages.missing(found, catalogue) == ["news.html: no German for '%(n)s article'"]


def test_a_text_that_nobody_says_any_more_is_found(catalogue):
    assert messages.missing({}, catalogue) == ["no longer in the sources: 'Follow'"]


def test_a_placeholder_that_the_source_does_not_fill_is_found(catalogue):
    catalogue[0].msgstr = "%(name)s folgen"

    assert messages.missing(FOLLOW, catalogue) == ["'Follow': '%(name)s folgen' has another placeholder"]


def test_texts_are_read_out_of_python():
    source = 'label = _("Follow")\nngettext("one", "many", n)\npgettext("month", "May")\nother("Not this")'

    assert list(messages.in_python(source)) == [Message("Follow"), Message("one", "many"), Message("May", "", "month")]


def test_texts_are_read_out_of_templates():
    source = """{% translate "It's new" %}{% blocktranslate count n=x trimmed %}
        {{ n }} article{% plural %}{{ n }} articles{% endblocktranslate %}{% include "a" with b=_("Save") %}"""

    assert set(messages.in_template(source)) == {
        Message("It's new"),
        Message("%(n)s article", "%(n)s articles"),
        Message("Save"),
    }


def test_updating_keeps_what_is_translated_and_takes_more_from_a_folder(tmp_path: Path, monkeypatch):
    (tmp_path / "page.html").write_text('{% translate "Follow" %} {% translate "Read" %} {% translate "Search" %}')
    (tmp_path / "area.po").write_text('msgid "Read"\nmsgstr "Gelesen"\n\nmsgid "Follow"\nmsgstr "Abonnieren"\n')
    monkeypatch.setattr(messages, "SOURCES", tmp_path)
    monkeypatch.setattr(messages, "CATALOGUE", tmp_path / "de" / "django.po")
    messages.CATALOGUE.parent.mkdir()
    messages.CATALOGUE.write_text('msgid "Follow"\nmsgstr "Folgen"\n')

    said = messages.update(tmp_path)

    stored = {entry.msgid: entry.msgstr for entry in polib.pofile(str(messages.CATALOGUE))}
    assert stored == {"Follow": "Folgen", "Read": "Gelesen", "Search": ""}
    assert said == "3 texts, 1 without German"
    assert messages.CATALOGUE.with_suffix(".mo").exists()


def test_each_language_says_what_its_catalogue_says():
    """English pages never fall back to German, and no library's text stands in for ours."""
    entries = [e for e in polib.pofile(str(messages.CATALOGUE)) if e.msgstr and not e.msgctxt]

    with translation.override("de"):
        not_german = {e.msgid: gettext(e.msgid) for e in entries if gettext(e.msgid) != e.msgstr}
    with translation.override("en"):
        not_english = {e.msgid: gettext(e.msgid) for e in entries if gettext(e.msgid) != e.msgid}

    assert entries
    assert (not_german, not_english) == ({}, {})
