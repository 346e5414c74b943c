"""Prints the JSON Schema of a line: `python -m staffellauf.sources.own.schema > docs/catalogue-format.schema.json`."""

import json

import django


def text() -> str:
    from staffellauf.sources.own import format as own

    return json.dumps(own.schema(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    django.setup()
    print(text(), end="")
