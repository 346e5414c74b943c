"""What channels are given to tell."""

from datetime import UTC, datetime

from staffellauf.alerts.words.messages import Form, Item, Message

AT = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)


def item(number: int = 12, /, title: str = "Rosanna Arquette spielt in „Ballard“ mit", **fields: object) -> Item:
    values: dict[str, object] = {
        "key": f"meldung-{number}",
        "title": title,
        "body": "Sie übernimmt eine wiederkehrende Rolle.",
        "address": f"http://testserver/news/meldung-{number}/",
        "why": "weil du „Ballard“ folgst",
        "topic_id": 7,
        "topic_name": "Ballard",
        "at": AT,
        "article_id": number,
        "position": number,
    }
    return Item(**values | fields)  # type: ignore[arg-type]


def message(*items: Item, form: Form | None = None, **fields: object) -> Message:
    found = items or (item(),)
    shown = form or (Form.SINGLE if len(found) == 1 else Form.GROUP)
    values = {"total": len(found), "language": "de"} | fields
    return Message(found, form=shown, **values)  # type: ignore[arg-type]
