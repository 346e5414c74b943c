"""The texts that people read: found in the sources, kept in staffellauf/locale, compiled, all without GNU gettext.

English is written in the sources themselves, German in `de/LC_MESSAGES/django.po`.

    python -m workshop.messages update [FOLDER]   bring the catalogue up to date, with translations from FOLDER/*.po
    python -m workshop.messages check             exit status 1 and one line per text that lacks its German
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "staffellauf"
CATALOGUE = SOURCES / "locale" / "de" / "LC_MESSAGES" / "django.po"
METADATA = {
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Language": "de",
    "MIME-Version": "1.0",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}

# Which argument is what: the functions of django.utils.translation.
SIMPLE = ("msgid",)
CALLS = {
    "_": SIMPLE,
    "gettext": SIMPLE,
    "gettext_lazy": SIMPLE,
    "gettext_noop": SIMPLE,
    "ngettext": ("msgid", "plural"),
    "ngettext_lazy": ("msgid", "plural"),
    "pgettext": ("context", "msgid"),
    "pgettext_lazy": ("context", "msgid"),
    "npgettext": ("context", "msgid", "plural"),
    "npgettext_lazy": ("context", "msgid", "plural"),
}
STRING = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
TEMPLATE_CALL = re.compile(rf"\b(n?p?gettext|_)\(\s*({STRING}(?:\s*,\s*{STRING})*)")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


@dataclass(frozen=True)
class Message:
    msgid: str
    plural: str = ""
    context: str = ""


def update(folder: Path | None) -> str:
    """Stores what the sources hold now, with the translations there are; comes back with a line about it."""
    found = extract(SOURCES)
    known = translations([*sorted(folder.glob("*.po"))] if folder else [], first=CATALOGUE)
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = METADATA
    for message, places in sorted(found.items(), key=lambda item: (item[0].msgid, item[0].context)):
        catalogue.append(entry(message, places, known.get((message.msgid, message.context))))
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(CATALOGUE))
    catalogue.save_as_mofile(str(CATALOGUE.with_suffix(".mo")))
    return f"{len(catalogue)} texts, {len(catalogue.untranslated_entries())} without German"


def check() -> list[str]:
    """One line for everything that is wrong; empty when the catalogue is complete."""
    if not CATALOGUE.exists():
        return [f"{CATALOGUE.relative_to(ROOT)} is missing: make messages"]
    catalogue = polib.pofile(str(CATALOGUE))
    faults = missing(extract(SOURCES), catalogue)
    if _translated(catalogue) != _translated(polib.mofile(str(CATALOGUE.with_suffix(".mo")))):
        faults.append("django.mo is older than django.po: make messages")
    return faults


def missing(found: dict[Message, list[str]], catalogue: polib.POFile) -> list[str]:
    """What the sources say and the catalogue does not, what it says needlessly, and placeholders that differ."""
    entries = {Message(e.msgid, e.msgid_plural or "", e.msgctxt or ""): e for e in catalogue}
    faults = [f"{places[0]}: not in the catalogue: {m.msgid!r}" for m, places in found.items() if m not in entries]
    faults += [f"no longer in the sources: {message.msgid!r}" for message in entries.keys() - found.keys()]
    for message, translated in entries.items():
        texts = list(translated.msgstr_plural.values()) if message.plural else [translated.msgstr]
        if message in found and not (texts and all(texts)):
            faults.append(f"{found[message][0]}: no German for {message.msgid!r}")
        allowed = set(PLACEHOLDER.findall(message.msgid + message.plural))
        faults += [f"{message.msgid!r}: {text!r} has another placeholder" for text in texts
                   if set(PLACEHOLDER.findall(text)) - allowed]  # fmt: skip
    return faults


def extract(folder: Path) -> dict[Message, list[str]]:
    """Every message below `folder` with the files that hold it."""
    found: dict[Message, list[str]] = {}
    for path in sorted([*folder.rglob("*.py"), *folder.rglob("*.html"), *folder.rglob("*.txt")]):
        if "migrations" in path.parts:
            continue
        source = path.read_text(encoding="utf-8")
        for message in in_python(source) if path.suffix == ".py" else in_template(source):
            places = found.setdefault(message, [])
            if (place := str(path.relative_to(folder.parent))) not in places:
                places.append(place)
    return _with_plurals_joined(found)


def in_python(source: str) -> Iterator[Message]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if name in CALLS and len(texts) >= len(CALLS[name]):
            yield Message(**dict(zip(CALLS[name], texts, strict=False)))


def in_template(source: str) -> Iterator[Message]:
    if "{%" not in source and "_(" not in source:
        return
    for name, arguments in TEMPLATE_CALL.findall(templatize(source)):
        texts = [ast.literal_eval(text) for text in re.findall(STRING, arguments)]
        if len(texts) >= len(CALLS[name]):
            yield Message(**dict(zip(CALLS[name], texts, strict=False)))


def translations(paths: list[Path], *, first: Path) -> dict[tuple[str, str], polib.POEntry]:
    """What the files translate, by text and context; the first file that says something wins."""
    known: dict[tuple[str, str], polib.POEntry] = {}
    for path in [first, *paths]:
        if path.exists():
            for translated in polib.pofile(str(path)):
                if translated.msgstr or any(translated.msgstr_plural.values()):
                    known.setdefault((translated.msgid, translated.msgctxt or ""), translated)
    return known


def entry(message: Message, places: list[str], translated: polib.POEntry | None) -> polib.POEntry:
    made = polib.POEntry(
        msgid=message.msgid, msgctxt=message.context or None, occurrences=[(place, "") for place in places]
    )
    if "%(" in message.msgid or "%s" in message.msgid:
        made.flags.append("python-format")
    if message.plural:
        made.msgid_plural = message.plural
        made.msgstr_plural = dict(translated.msgstr_plural) if translated else {0: "", 1: ""}
    elif translated:
        made.msgstr = translated.msgstr or translated.msgstr_plural.get(0, "")
    return made


def _with_plurals_joined(found: dict[Message, list[str]]) -> dict[Message, list[str]]:
    """A text used alone and with a plural is one entry of the catalogue, as in gettext."""
    plurals = {(m.msgid, m.context): m for m in found if m.plural}
    joined: dict[Message, list[str]] = {}
    for message, places in found.items():
        joined.setdefault(plurals.get((message.msgid, message.context), message), []).extend(places)
    return joined


def _translated(catalogue: polib.POFile | polib.MOFile) -> dict[tuple[str, str], object]:
    entries = [e for e in catalogue if e.msgstr or any(e.msgstr_plural.values())]
    return {(e.msgid, e.msgctxt or ""): e.msgstr or dict(e.msgstr_plural) for e in entries}


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["update"]:
        print(update(Path(arguments[1]) if len(arguments) > 1 else None))
        return 0
    faults = check()
    print("\n".join(faults) or "Every text has its German.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
