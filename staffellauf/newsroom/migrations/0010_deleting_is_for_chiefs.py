"""Deleting an article takes its versions, facts and comments along: who leads the newsroom may, editors unpublish."""

import importlib

from django.db import migrations

roles = importlib.import_module("staffellauf.newsroom.migrations.0003_roles")
RIGHT = "newsroom.delete_article"


def take_right(apps, schema_editor):
    for group in apps.get_model("auth", "Group").objects.filter(name=roles.EDITOR):
        group.permissions.remove(roles.permission(apps, RIGHT))


def give_right(apps, schema_editor):
    for group in apps.get_model("auth", "Group").objects.filter(name=roles.EDITOR):
        group.permissions.add(roles.permission(apps, RIGHT))


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0009_living_story_rows")]
    operations = [migrations.RunPython(take_right, give_right)]
