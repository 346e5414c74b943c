"""Folding and slugs follow German habits."""

import pytest

from staffellauf.common import text


@pytest.mark.parametrize(
    ("value", "folded"),
    [
        ("Für große Straßen", "fuer grosse strassen"),
        ("WEISSENSEE", "weissensee"),
        ("Weißensee", "weissensee"),
        ("Café – Unité 9", "cafe unite 9"),
        ("Krøniken", "kroniken"),
        ("Ko\u0308nig", "koenig"),
        ("Grey’s Anatomy", "greys anatomy"),
        ("Grey's Anatomy", "greys anatomy"),
        ("9-1-1", "9 1 1"),
        ("Успеть за 24 часа", "успеть за 24 часа"),
        ("", ""),
    ],
)
def test_fold(value: str, folded: str) -> None:
    assert text.fold(value) == folded


@pytest.mark.parametrize(
    ("words", "inside"),
    [
        ("„Ballard“: Die Neue", "‚Ballard‘: Die Neue"),
        ("They call it “Dark”", "They call it ‘Dark’"),
        ("Grey’s Anatomy", "Grey’s Anatomy"),
        ("", ""),
    ],
)
def test_quotation_marks_inside_others_are_single_ones(words: str, inside: str) -> None:
    assert text.quoted(words) == inside


@pytest.mark.parametrize(
    ("value", "slug"),
    [
        ("Für große Straßen", "fuer-grosse-strassen"),
        ("„Ballard“: Rosanna Arquette", "ballard-rosanna-arquette"),
        ("Успеть", "ohne-titel"),
        ("x" * 300, "x" * 100),
    ],
)
def test_slug(value: str, slug: str) -> None:
    assert text.slug(value) == slug
