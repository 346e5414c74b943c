"""The articles of the sample portal, what readers say beneath them, and the pages that an operator fills in."""

import uuid
from datetime import datetime

from wagtail.signal_handlers import disable_reference_index_auto_update
from wagtail.tasks import update_reference_index_task

from staffellauf.accounts.models import User
from staffellauf.comments import actions as comments
from staffellauf.newsroom import ninjs
from staffellauf.newsroom.models import Article, StandingPage
from staffellauf.operations.sample import accounts, files
from staffellauf.operations.sample.files import Row


def load_articles(*, editor: User, now: datetime) -> dict[str, Article]:
    """Publishes the files in the order of their times, as `staffellauf publish` would; the articles by slug."""
    folder = files.FOLDER / "articles"
    items = [ninjs.read(path.read_bytes()) for path in folder.glob("*.json")]
    items.sort(key=lambda item: (item.published_at or now, item.guid))
    found = {}
    # Wagtail would ask for some 18 jobs an article, each for the same index; one is enough.
    with disable_reference_index_auto_update():
        for item in files.with_progress(items, "articles"):
            article = ninjs.apply(item, now=now, folder=folder, user=editor).article
            found[article.slug] = article
    for article in found.values():
        update_reference_index_task.enqueue(Article._meta.app_label, Article._meta.model_name, str(article.pk))
    return found


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
