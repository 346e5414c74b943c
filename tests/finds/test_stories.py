"""Which headlines tell the same story. The pairs are written by hand, in the manner of the trade press."""

import pytest

from staffellauf.finds import stories

SAME = [
    ("Rosanna Arquette Joins ‘Ballard’ Season 2", "‘Ballard’: Rosanna Arquette Joins Cast For Season 2 - Deadline",
     {1, 2}),
    ("Rosanna Arquette joins Ballard", "Ballard adds Rosanna Arquette as Jenny", {1, 2}),
    ("Rosanna Arquette stößt zu „Ballard“", "„Ballard“: Rosanna Arquette verstärkt die zweite Staffel", {1, 2}),
    ("‘Dark Winds’ Renewed for Season 5 at AMC", "AMC Renews ‘Dark Winds’ For Fifth Season", set()),
    ("‘Dark Winds’ Renewed for Season 5 at AMC", "Dark Winds renewed for a fifth season by AMC", set()),
    ("Netflix bestellt zweite Staffel von „Cassandra“", "„Cassandra“: Netflix bestellt 2. Staffel", set()),
    ("Netflix setzt „1899“ nach einer Staffel ab", "„1899“: Netflix setzt Serie nach nur einer Staffel ab", set()),
    ("„Tatort“-Kommissar hört auf: Axel Milberg verlässt Kiel", "Axel Milberg verlässt den „Tatort“ aus Kiel", {7}),
    ("‘The Bear’ Season 5 Gets Premiere Date On FX And Hulu", "The Bear season 5 premiere date set at FX", set()),
    ("Trailer zur vierten Staffel „Bridgerton“ ist da", "„Bridgerton“: Trailer zur 4. Staffel", set()),
    ("Diane Keaton dies at 79", "Diane Keaton, 79, dies", set()),
    ("HBO Max Orders Pilot For Medical Drama ‘How To Survive Without Me’",
     "‘How to Survive Without Me’ Drama Pilot Ordered at HBO Max", set()),
    ("ARD verlängert „Babylon Berlin“ um fünfte Staffel", "„Babylon Berlin“ bekommt fünfte Staffel bei der ARD", {8}),
    ("Apple TV Renews ‘Slow Horses’ for Season 7", "‘Slow Horses’ Renewed For Season 7 By Apple TV | Variety", set()),
    ("Emmy Nominations 2026: The Full List", "Emmy nominations 2026 – full list of nominees", set()),
    ("Prime Video: Starttermin für „Fallout“ Staffel 2", "„Fallout“: Staffel 2 startet bei Prime Video", {9}),
    ("Patrick Stewart Boards ‘Matlock’ As Guest Star", "‘Matlock’: Patrick Stewart To Guest Star", {10, 11}),
    ("„In aller Freundschaft“: Schauspielerin steigt nach 20 Jahren aus",
     "Nach 20 Jahren: Schauspielerin steigt bei „In aller Freundschaft“ aus", {12}),
]  # fmt: skip
DIFFERENT = [
    ("Schauspieler Heiner Meier mit 72 Jahren gestorben", "Schauspieler Uwe Huber mit 72 Jahren gestorben", set()),
    ("‘Ballard’ Renewed For Season 2", "‘Ballard’ Renewed For Season 3", {1}),
    ("‘Ballard’ Renewed For Season 2 At Prime Video", "‘Ballard’ Cancelled After Season 2 At Prime Video", {1}),
    ("Rosanna Arquette joins Ballard season 2", "Rosanna Arquette exits Ballard season 2", {1, 2}),
    ("Netflix bestellt zweite Staffel von „Cassandra“", "Netflix bestellt zweite Staffel von „Achtsam Morden“", set()),
    ("Netflix bestellt zweite Staffel von „Cassandra“", "Netflix setzt „Cassandra“ nach zweiter Staffel ab", {3}),
    ("Trailer zur vierten Staffel „Bridgerton“", "„Bridgerton“: Vierte Staffel bekommt Verlängerung", {3}),
    ("Apple TV Renews ‘Slow Horses’ for Season 7", "Apple TV Renews ‘Silo’ for Season 4", set()),
    ("AMC Renews ‘Dark Winds’", "AMC Renews ‘Interview With The Vampire’", set()),
    ("‘The Bear’ Season 5 Gets Premiere Date On FX", "‘The Bear’ Season 5 Adds Guest Stars", {3}),
    ("Tatort am Sonntag: Lohnt sich der Krimi aus Münster?", "Tatort am Sonntag: Lohnt sich der Krimi aus Kiel?", {7}),
    ("Quoten: „Tatort“ siegt am Sonntag vor RTL", "Quoten: „Tatort“ aus Köln schlägt Bundesliga", {7}),
    ("Emmy Nominations 2026: The Full List", "Golden Globes 2026: The Full List of Winners", set()),
    ("Diane Keaton dies at 79", "Robert Redford dies at 89", set()),
    ("Ratings: ‘9-1-1’ Tops Thursday", "Ratings: ‘Tracker’ Tops Sunday", set()),
    ("Prime Video kündigt neue Serie mit Matthias Schweighöfer an",
     "Prime Video kündigt neue Serie mit Elyas M'Barek an", {20}),
    ("‘Bosch: Legacy’ Spinoff ‘Ballard’ Sets Premiere Date", "‘Bosch: Legacy’ Ending After Season 3", {5}),
    ("Was läuft heute im TV? Die Tipps am Montag", "Was läuft heute im TV? Die Tipps am Dienstag", set()),
    ("News", "News", set()),
    ("Rosanna Arquette Joins ‘Ballard’ Season 2", "‘Ballard’ Casts Trio For Season 2", {3}),
    ("„Die Kaiserin“: Netflix bestellt dritte Staffel", "„Die Kaiserin“: Dreharbeiten zu Staffel 3 beginnen", {3}),
]  # fmt: skip


def same(one: str, other: str, topics: set[int]) -> bool:
    names = ("Serienjunkies", "Deadline")
    if other.endswith("Variety"):
        names = ("Serienjunkies", "Variety")
    left, right = (stories.headline(v, publisher=n, topics=topics) for v, n in zip((one, other), names, strict=True))
    return stories.are_same(left, right)


@pytest.mark.parametrize(("one", "other", "topics"), SAME)
def test_the_same_story_in_other_words_is_one(one, other, topics):
    assert same(one, other, topics)


@pytest.mark.parametrize(("one", "other", "topics"), DIFFERENT)
def test_another_story_with_much_the_same_words_is_another(one, other, topics):
    assert not same(one, other, topics)


def test_headlines_on_different_topics_are_never_the_same_story():
    one = stories.headline("Neue Staffel bestellt: Was wir bisher wissen", topics={1})
    other = stories.headline("Neue Staffel bestellt: Was wir bisher sicher wissen", topics={2})

    assert not stories.are_same(one, other)
    assert stories.are_same(one, stories.headline("Neue Staffel bestellt: Was wir bisher sicher wissen"))
