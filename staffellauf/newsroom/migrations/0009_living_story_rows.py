"""What the articles that are live already lack: their first version, their links to earlier articles, the memory of
their uri. And the chief's rights over notes and versions."""

import importlib
import re

from django.db import migrations

roles = importlib.import_module("staffellauf.newsroom.migrations.0003_roles")

CHIEF = ["newsroom.delete_note", "newsroom.change_version"]
LINK = re.compile(r'<a\b[^>]*\blinktype="article"[^>]*>')
LINK_ID = re.compile(r'\bid="(\d{1,18})"')
AT_ONCE = 500


def add_rows(apps, schema_editor):
    Article, Version, ArticleLink, PublishedGuid = (
        apps.get_model("newsroom", name) for name in ("Article", "Version", "ArticleLink", "PublishedGuid")
    )
    known = set(Article.objects.values_list("pk", flat=True))
    live = Article.objects.filter(live=True, first_published_at__isnull=False, versions__isnull=True).order_by("pk")
    live = live.only("headline", "deck", "body", "earlier_article", "first_published_at", "last_published_at")
    versions, links = [], []
    for article in live.iterator(chunk_size=AT_ONCE):
        versions.append(
            Version(
                article=article, number=1, headline=article.headline, deck=article.deck, body=article.body,
                published_at=article.last_published_at or article.first_published_at,
            )
        )  # fmt: skip
        links += [ArticleLink(article=article, earlier_id=pk) for pk in earlier_ids(article) if pk in known]
        if len(versions) == AT_ONCE:
            store(Version, versions, ArticleLink, links)
            versions, links = [], []
    store(Version, versions, ArticleLink, links)
    published = Article.objects.filter(guid__isnull=False, publications__edition=1).values_list("guid", flat=True)
    PublishedGuid.objects.bulk_create(
        (PublishedGuid(guid=guid) for guid in published.iterator()), batch_size=AT_ONCE, ignore_conflicts=True
    )


def store(Version, versions, ArticleLink, links):
    Version.objects.bulk_create(versions)
    ArticleLink.objects.bulk_create(links, ignore_conflicts=True)


def earlier_ids(article):
    found = (LINK_ID.search(tag) for tag in LINK.findall(article.body))
    ids = [int(match[1]) for match in found if match]
    return {*ids, article.earlier_article_id} - {None, article.pk}


def give_rights(apps, schema_editor):
    for group in apps.get_model("auth", "Group").objects.filter(name=roles.CHIEF):
        group.permissions.add(*(roles.permission(apps, label) for label in CHIEF))


def take_rights(apps, schema_editor):
    for group in apps.get_model("auth", "Group").objects.filter(name=roles.CHIEF):
        group.permissions.remove(*(roles.permission(apps, label) for label in CHIEF))


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0008_living_story")]
    operations = [
        # Taken back, the rows stay: they say what is true, and an older state of the house does not read them.
        migrations.RunPython(add_rows, migrations.RunPython.noop),
        migrations.RunPython(give_rights, take_rights),
    ]
