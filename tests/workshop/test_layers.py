"""The judge of layers can fail: each contract is shown an import that it forbids."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("templates", "static", "locale", "*.pyc")
    shutil.copytree(ROOT / "staffellauf", tmp_path / "staffellauf", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def broken_contracts(folder: Path) -> list[str]:
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([linter, "--no-logo", "--no-cache"], cwd=folder, capture_output=True, text=True)
    return re.findall(r"^(.+) BROKEN\b", done.stdout, flags=re.MULTILINE)


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("catalogue/queries.py", "from staffellauf.readers import models", "An app imports only what stands below it"),
        ("weather/__init__.py", "", "An app imports only what stands below it"),
        ("readers/models.py", "from staffellauf.newsroom import actions", "No models module imports actions or tasks"),
        (
            "readers/queries.py",
            "import requests",
            "The internet is reached through common/http.py and the push sender only",
        ),
    ],
)
def test_a_forbidden_import_is_found(copy: Path, module: str, line: str, contract: str):
    path = copy / "staffellauf" / module
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{path.read_text() if path.exists() else ''}\n{line}\n")

    assert broken_contracts(copy) == [contract]


def test_an_http_client_of_the_standard_library_is_found(copy: Path):
    planted = copy / "staffellauf" / "readers" / "queries.py"
    planted.write_text(f"import urllib.request\n{planted.read_text()}")

    ruff = Path(sys.executable).parent / "ruff"
    done = subprocess.run([ruff, "check", "--no-cache", "--select", "TID251"], cwd=copy, capture_output=True, text=True)

    assert "TID251" in done.stdout
