"""What was fetched for an import that takes long, kept until it is through: an interrupted one reads it again."""

import gzip
import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from staffellauf.sources import json_files

# TVmaze itself keeps its index for so long; what is older is fetched again.
FRESH_S = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Spool:
    folder: Path

    # Any: what JSON holds, here and below.
    def get(self, name: str, fetch: Callable[[], Any]) -> Any:
        """The kept answer, or a fetched one that is kept from now on."""
        kept = self.kept(name)
        if kept is not None:
            return kept
        fetched = fetch()
        self.folder.mkdir(parents=True, exist_ok=True)
        path, unfinished = self._path(name), self._path(name).with_suffix(".part")
        unfinished.write_bytes(gzip.compress(json.dumps(fetched).encode(), compresslevel=3))
        unfinished.replace(path)
        return fetched

    def kept(self, name: str) -> Any:
        """None when there is nothing, or nothing fresh and whole."""
        path = self._path(name)
        try:
            if time.time() - path.stat().st_mtime > FRESH_S:
                return None
            return json_files.decode(gzip.decompress(path.read_bytes()).decode())
        except (OSError, EOFError, ValueError, json_files.Broken):
            return None

    def clear(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.json.gz"
