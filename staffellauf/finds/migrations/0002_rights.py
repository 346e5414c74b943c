"""Editors decide on finds and follow feeds; authors may see finds and write from them."""

import importlib

from django.db import migrations

roles = importlib.import_module("staffellauf.newsroom.migrations.0003_roles")

AUTHOR = ["finds.view_find"]
EDITOR = ["finds.view_find", "finds.change_find", *(f"finds.{verb}_feed" for verb in ("view", "add", "change"))]
RIGHTS = {roles.AUTHOR: AUTHOR, roles.EDITOR: EDITOR, roles.CHIEF: [*EDITOR, "finds.delete_find", "finds.delete_feed"]}


def give_rights(apps, schema_editor):
    for group in apps.get_model("auth", "Group").objects.filter(name__in=RIGHTS):
        group.permissions.add(*(roles.permission(apps, label) for label in RIGHTS[group.name]))


def take_rights(apps, schema_editor):
    for group in apps.get_model("auth", "Group").objects.filter(name__in=RIGHTS):
        group.permissions.remove(*(roles.permission(apps, label) for label in RIGHTS[group.name]))


class Migration(migrations.Migration):
    dependencies = [("finds", "0001_initial")]
    operations = [migrations.RunPython(give_rights, take_rights)]
