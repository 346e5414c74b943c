import xml.etree.ElementTree as ET

import pytest

from staffellauf.website import titlecards

NAMES = [
    "Ballard",
    "Dark",
    "Babylon Berlin",
    "4 Blocks",
    "Shōgun",
    "",
    "<b>&",
    "Der Herr der Ringe: Die Ringe der Macht",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_poster_is_well_formed_whatever_the_name(name: str):
    for hue in range(0, 360, 45):
        ET.fromstring(titlecards.poster(name, hue))


def test_the_same_name_gets_the_same_card():
    assert titlecards.art("Ballard", 28) == titlecards.art("Ballard", 28)
    assert titlecards.chip("Ballard", 28) == titlecards.chip("Ballard", 28)


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Rosanna Arquette", "RA"), ("John Carroll Lynch", "JL"), ("Zendaya", "Z"), ("Ólafur <b>", "ÓB"), ("?", "")],
)
def test_a_person_goes_by_first_and_last_initial(name: str, initials: str):
    drawn = titlecards.monogram(name, 28)

    assert f">{initials}</text>" in drawn
    ET.fromstring(f"<svg>{drawn}</svg>")


def test_names_share_out_all_patterns():
    seen = {titlecards.Chance(f"Serie {n}").below(len(titlecards.PATTERNS)) for n in range(200)}

    assert seen == set(range(len(titlecards.PATTERNS)))


@pytest.mark.parametrize("hue", range(0, 360, 15))
def test_a_card_is_drawn_with_presentation_attributes_alone(hue: int):
    for n in range(24):
        art = titlecards.art(f"Serie {n}", hue)
        assert "style" not in art
        assert len(art) < 1100


def test_colours_without_a_place_in_srgb_lose_chroma_not_hue():
    assert titlecards.colour(0.5, 0.4, 145).startswith("#")
    assert titlecards.colour(1.0, 0.0, 0) == "#ffffff"
    assert titlecards.colour(0.0, 0.0, 0) == "#000000"
