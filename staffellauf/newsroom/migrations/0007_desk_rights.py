"""Who may use what the desk has come to hold: authors' entries, facts, plans, notes, tokens."""

import importlib

from django.db import migrations

roles = importlib.import_module("staffellauf.newsroom.migrations.0003_roles")

EDITOR = [f"newsroom.{verb}_author" for verb in ("add", "change")]
EDITOR += [f"newsroom.{verb}_{model}" for model in ("fact", "note", "articlemerge") for verb in ("add", "change")]
CHIEF = [*EDITOR, "newsroom.delete_author", *(f"newsroom.{verb}_intaketoken" for verb in ("add", "change", "delete"))]
RIGHTS = {roles.EDITOR: EDITOR, roles.CHIEF: CHIEF}


def give_rights(apps, schema_editor):
    for group in apps.get_model("auth", "Group").objects.filter(name__in=RIGHTS):
        group.permissions.add(*(roles.permission(apps, label) for label in RIGHTS[group.name]))


def take_rights(apps, schema_editor):
    for group in apps.get_model("auth", "Group").objects.filter(name__in=RIGHTS):
        group.permissions.remove(*(roles.permission(apps, label) for label in RIGHTS[group.name]))


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0006_desk")]
    operations = [migrations.RunPython(give_rights, take_rights)]
