"""Names to search among: as many as wanted, from real ones beside the project when they are there, else from our own
lists. New surnames and words come from a chain of letters, so that the dictionary grows as a real one does."""

import csv
import itertools
import lzma
import os
import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from staffellauf.search.actions import Document

DATA = Path(os.environ.get("STAFFELLAUF_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
FIRST = """
Anna Bernd Carla David Elif Franz Greta Hans Ines Jürgen Karin Lars Mia Nils Olga Paul Renée Søren Tanja Udo
Vera Wim Yara Zoë Björn Chloé Dörte Émile Fatma Günther Hélène Jörg Käthe Léa Márta Noël Øyvind Søs Jack Emily James
Olivia Harry Sophie Tom Grace Maria Peter Michael Julia Thomas Sarah Martin Laura Andreas Lisa Christian
"""
LAST = """
Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Koch Bauer Richter Klein Wolf
Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Werner Krause Lehmann Köhler Maier Walter
Smith Johnson Williams Brown Jones Miller Davis Wilson Anderson Taylor Moore Jackson White Harris Thompson Garcia
Andersen Nielsen Bergström Lindqvist Novák Kowalski Horvat Papadopoulos Özdemir Yılmaz Rossi Ferrari Dubois Lefèvre
"""
TITLE = """
Haus Nacht Stadt Fluss Wald Schatten Licht Krieg Winter Sommer König Königin Insel Spur Fall Mord Herz Blut
Zeit Grenze Meer Sturm Feuer Stille Brücke Turm Garten Spiegel Engel Wächter Jäger Ärzte Küste Mühle Schloss Träume
Dark Lost House Crown River Ghost Winter Summer City Night Street Doctor Detective Police Empire Family Garden Valley
Bridge Tower Shadow Stranger Secret Broken Perfect Hidden Silent Golden Wild Last First Modern Good Bad Young Great
"""
LINKS = ["der", "die", "und", "von", "in", "of", "the", "and", "for", "am"]
NEWS = """
startet kommt endet verlängert abgesetzt bestätigt zeigt dreht bekommt Staffel Fortsetzung Trailer Termin
Besetzung Hauptrolle Regie Sender Finale Pause Rückkehr neue dritte letzte im ab heute Herbst Januar gegen nach mit
für Netflix Prime ARD ZDF erste Bilder deutsche Premiere Drehstart Spin-off Folgen mehr
"""
# So many of all words are new ones.
NEW_SHARE = 0.35
HINT = "2017–2020"


class Chain:
    """New words that look like these: each letter follows three others as it did there."""

    def __init__(self, words: list[str]) -> None:
        self.after: dict[str, list[str]] = defaultdict(list)
        for word in words:
            padded = f"   {word}\n"
            for at in range(len(padded) - 3):
                self.after[padded[at : at + 3]].append(padded[at + 3])

    def word(self, dice: random.Random) -> str:
        made = "   "
        while len(made) < 17 and (letter := dice.choice(self.after[made[-3:]])) != "\n":
            made += letter
        return made.strip()


def documents(series: int, people: int, articles: int, *, seed: int = 1) -> Iterator[Document]:
    """So many of each, popular ones first, always the same."""
    dice, news = random.Random(seed), NEWS.split()
    titles, names = list(some_titles(series, dice)), some_names(people, dice)
    for number, title in enumerate(titles, start=1):
        weight = 100_000 // number
        yield Document("series", number, title, others(title, dice), weight=weight, hint=HINT)
    for number, name in enumerate(names, start=1):
        yield Document("person", number, name, weight=200_000 // number)
    for number in range(1, articles + 1):
        words = " ".join(dice.choices(news, k=5))
        deck = " ".join(dice.choices(news + TITLE.split(), k=9))
        headline = f"„{titles[int(series * dice.random() ** 3)]}“ {words}"
        yield Document("article", number, headline, (deck,), weight=number)


def some_titles(count: int, dice: random.Random) -> Iterator[str]:
    real = list(dict.fromkeys(real_titles()))
    dice.shuffle(real)
    yield from real[:count]
    known = [word for title in real for word in title.split() if word.isalpha() and len(word) > 3] or TITLE.split()
    chain = Chain(known)
    for _ in range(count - len(real)):
        words = [
            chain.word(dice) if dice.random() < NEW_SHARE else dice.choice(known)
            for _ in range(dice.choice((1, 2, 2, 3)))
        ]
        if len(words) > 1 and dice.random() < 0.4:
            words.insert(1, dice.choice(LINKS))
        yield " ".join(word.capitalize() if at == 0 else word for at, word in enumerate(words))


def some_names(count: int, dice: random.Random) -> Iterator[str]:
    real = list(dict.fromkeys(column("people_names.csv.xz", "name")))
    dice.shuffle(real)
    yield from real[:count]
    parts = [name.split() for name in real if len(name.split()) == 2]
    first, last = [part[0] for part in parts] or FIRST.split(), [part[1] for part in parts] or LAST.split()
    chain = Chain(last)
    for _ in range(count - len(real)):
        yield f"{dice.choice(first)} {chain.word(dice) if dice.random() < NEW_SHARE else dice.choice(last)}"


def others(title: str, dice: random.Random) -> tuple[str, ...]:
    """An original title for every second one."""
    if dice.random() < 0.5:
        return ()
    return (" ".join(dice.choices(TITLE.split(), k=len(title.split()) + 1)),)


def real_titles() -> Iterator[str]:
    yield from itertools.chain(
        column("imdb_series.csv.xz", "name"),
        column("tvdb_series.csv.xz", "series_name"),
        column("titles_de.csv", "title_de"),
        column("justwatch_netflix_shows.csv.xz", "title"),
        column("svod_amazon_prime_tvshows.csv.xz", "title"),
        column("svod_netflix_tvshows.csv.xz", "title"),
    )


def column(file: str, name: str) -> Iterator[str]:
    path = DATA / "gazetteer" / file
    if not path.exists():
        return
    whole = path.read_bytes()
    lines = (lzma.decompress(whole) if path.suffix == ".xz" else whole).decode().splitlines()
    yield from (row[name] for row in csv.DictReader(lines) if row[name])
