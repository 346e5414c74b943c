"""`python -m benchmarks NAME` runs `benchmarks/NAME.py`; without a name it lists them."""

import ast
import runpy
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
NAMES = sorted(path.stem for path in FOLDER.glob("[a-z]*.py"))


def main(arguments: list[str]) -> int:
    if not arguments:
        for name in NAMES:
            print(f"  make bench {name:<12} {first_line(name)}")
        return 0
    name = arguments[0]
    if name not in NAMES:
        print(f"There is no benchmark called {name}; there are: {', '.join(NAMES) or 'none'}.", file=sys.stderr)
        return 2
    sys.argv = [f"benchmarks/{name}.py", *arguments[1:]]
    runpy.run_module(f"benchmarks.{name}", run_name="__main__")
    return 0


def first_line(name: str) -> str:
    words = ast.get_docstring(ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))) or ""
    return words.partition("\n")[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
