"""The JSON that the sample portal is made of."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from tqdm import tqdm

FOLDER = Path(__file__).resolve().parent
Row = dict[str, Any]  # Any: as JSON gives it.
T = TypeVar("T")


def read(name: str | Path) -> Any:  # Any: whatever the file holds.
    return json.loads((FOLDER / name).read_text("utf-8"))


def series() -> list[Row]:
    paths = sorted((FOLDER / "catalogue" / "series").glob("*.json"))
    return [read(path.relative_to(FOLDER)) for path in paths]


def with_progress(items: list[T], what: str) -> Iterable[T]:
    """The items, counted in a bar when somebody looks on."""
    return tqdm(items, desc=what, disable=None, leave=False)
