"""The articles of the sample portal, what readers say beneath them, and the pages that an operator fills in."""

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from wagtail.signal_handlers import disable_reference_index_auto_update
from wagtail.tasks import update_reference_index_task

from staffellauf.accounts.models import User
from staffellauf.comments import actions as comments
from staffellauf.newsroom import ninjs
from staffellauf.newsroom.models import Article, Author, StandingPage
from staffellauf.operations.sample import accounts, desk, files
from staffellauf.operations.sample.files import Row
from staffellauf.operations.sample.topics import Stored


def load_articles(stored: Stored, *, editor: User, now: datetime) -> dict[str, Article]:
    """Publishes all articles in the order of their times; by slug."""
    authors = desk.load_authors()
    published = [*delivered(editor=editor, now=now), *written(stored, authors, editor=editor)]
    published.sort(key=lambda pair: pair[0])
    found = {}
    # Wagtail would ask for some 18 jobs an article, each for the same index; one is enough.
    with disable_reference_index_auto_update():
        for _at, publish in files.with_progress(published, "articles"):
            article = publish()
            found[article.slug] = article
    for article in found.values():
        update_reference_index_task.enqueue(Article._meta.app_label, Article._meta.model_name, str(article.pk))
    return found


# When an article is published, and what publishes it.
Publishing = tuple[datetime, Callable[[], Article]]


def delivered(*, editor: User, now: datetime) -> Iterator[Publishing]:
    """Those that lie here as ninjs, published as `staffellauf publish` would."""
    folder = files.FOLDER / "articles"
    for path in folder.glob("*.json"):
        item = ninjs.read(path.read_bytes())
        yield item.published_at or now, partial(one_delivered, item, now=now, folder=folder, user=editor)


def one_delivered(item: ninjs.Item, *, now: datetime, folder: Path, user: User) -> Article:
    return ninjs.apply(item, now=now, folder=folder, user=user).article


def written(stored: Stored, authors: dict[str, Author], *, editor: User) -> Iterator[Publishing]:
    """Those that are written in the newsroom, of every kind."""
    for row in desk.rows():
        yield desk.at(row), partial(desk.publish, row, stored=stored, authors=authors, editor=editor)


def load_comments(articles: dict[str, Article]) -> None:
    """Writes the comments at their times; who wrote them cannot sign in."""
    said = files.read("comments.json")
    users = store_readers(said["readers"])
    for row in files.with_progress(said["comments"], "comments"):
        author, article = users[row["author"]], articles[row["article"]]
        comment = comments.write(author, article, text=row["text"], form_key=form_key(row), now=moment(row))
        for reply in row.get("replies", []):
            author = users[reply["author"]]
            comments.reply(author, comment, text=reply["text"], form_key=form_key(reply), now=moment(reply))


def store_readers(rows: list[Row]) -> dict[str, User]:
    """Accounts by the id that the comments name."""
    wanted = [
        User(
            email=f"{row['id']}@example.org",
            display_name=row["display_name"],
            birth_year=row.get("birth_year"),
            shows_birth_year=row.get("shows_birth_year", False),
        )
        for row in rows
    ]
    stored = accounts.store(wanted, password=None)
    return {row["id"]: stored[user.email] for row, user in zip(rows, wanted, strict=True)}


def moment(row: Row) -> datetime:
    return datetime.fromisoformat(row["at"])


def form_key(row: Row) -> uuid.UUID:
    """A comment came with a form once; this one's is told by what it says."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{row['at']} {row['author']} {row['text']}")


def load_standing_pages() -> None:
    """Imprint and privacy pages that say what belongs there, unless the operator's are there already."""
    StandingPage.objects.bulk_create((StandingPage(**row) for row in files.read("pages.json")), ignore_conflicts=True)
