"""The newsroom's roles and its one workflow: an author submits, an editor approves.

Wagtail's own groups and workflow are about pages, which we do not have.
"""

from django.db import migrations

READ_IN = ["wagtailadmin.access_admin"]
WRITE = ["newsroom.add_article", "newsroom.change_article"]
PUBLISH = ["newsroom.publish_article", "newsroom.lock_article", "newsroom.unlock_article", "newsroom.delete_article"]
CATALOGUE_MODELS = [
    "franchise", "organisation", "person", "series", "season", "episode", "role", "credit", "work", "relation",
]  # fmt: skip
CATALOGUE = [f"catalogue.{verb}_{model}" for model in CATALOGUE_MODELS for verb in ("add", "change")]
CATALOGUE_DELETE = [f"catalogue.delete_{model}" for model in CATALOGUE_MODELS]
MODERATE = ["comments.change_comment", "comments.view_comment", "comments.change_report", "comments.view_report"]
LEAD = [
    "newsroom.add_standingpage", "newsroom.change_standingpage", "accounts.add_user", "accounts.change_user",
    "jobs.view_job", "jobs.change_job",
]  # fmt: skip
SEE_PICTURES = ["wagtailimages.add_image", "wagtailimages.choose_image"]
CHANGE_PICTURES = ["wagtailimages.change_image"]

AUTHOR, EDITOR, CHIEF, MODERATOR = "Autor", "Redaktion", "Chefredaktion", "Moderation"
ROLES = {
    AUTHOR: (READ_IN + WRITE, SEE_PICTURES),
    EDITOR: (READ_IN + WRITE + PUBLISH + CATALOGUE + MODERATE, SEE_PICTURES + CHANGE_PICTURES),
    CHIEF: (
        READ_IN + WRITE + PUBLISH + CATALOGUE + CATALOGUE_DELETE + MODERATE + LEAD,
        SEE_PICTURES + CHANGE_PICTURES + ["wagtailimages.delete_image"],
    ),
    MODERATOR: (READ_IN + MODERATE, []),
}
WAGTAIL_GROUPS = ["Editors", "Moderators"]
WAGTAIL_WORKFLOW = "Moderators approval"
TASK, WORKFLOW = "Freigabe durch die Redaktion", "Freigabe"


def make_roles(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    GroupCollectionPermission = apps.get_model("wagtailcore", "GroupCollectionPermission")
    root = apps.get_model("wagtailcore", "Collection").objects.get(depth=1)
    Group.objects.filter(name__in=WAGTAIL_GROUPS, user__isnull=True).delete()
    for name, (general, pictures) in ROLES.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.add(*(permission(apps, label) for label in general))
        for label in pictures:
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=root, permission=permission(apps, label)
            )
    make_workflow(apps)


def permission(apps, label):
    """Made here when Django has not made it yet: it does so after all migrations."""
    app_label, codename = label.split(".")
    model = "admin" if app_label == "wagtailadmin" else codename.partition("_")[2]
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app_label, model=model
    )
    return apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename=codename, defaults={"name": f"Can {codename.replace('_', ' ')}"}
    )[0]


def make_workflow(apps):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Workflow = apps.get_model("wagtailcore", "Workflow")
    Workflow.objects.filter(name=WAGTAIL_WORKFLOW).delete()
    GroupApprovalTask = apps.get_model("wagtailcore", "GroupApprovalTask")
    GroupApprovalTask.objects.filter(name=WAGTAIL_WORKFLOW).delete()
    kind, _ = ContentType.objects.get_or_create(app_label="wagtailcore", model="groupapprovaltask")
    task, is_new = GroupApprovalTask.objects.get_or_create(name=TASK, defaults={"content_type": kind, "active": True})
    task.groups.set(apps.get_model("auth", "Group").objects.filter(name__in=[EDITOR, CHIEF]))
    workflow, _ = Workflow.objects.get_or_create(name=WORKFLOW, defaults={"active": True})
    apps.get_model("wagtailcore", "WorkflowTask").objects.get_or_create(
        workflow=workflow, task=task, defaults={"sort_order": 0}
    )
    article, _ = ContentType.objects.get_or_create(app_label="newsroom", model="article")
    apps.get_model("wagtailcore", "WorkflowContentType").objects.get_or_create(
        content_type=article, defaults={"workflow": workflow}
    )


def drop_roles(apps, schema_editor):
    """Wagtail's own groups and workflow do not come back."""
    apps.get_model("wagtailcore", "Workflow").objects.filter(name=WORKFLOW).delete()
    apps.get_model("wagtailcore", "GroupApprovalTask").objects.filter(name=TASK).delete()
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("newsroom", "0002_article_import_digest"),
        ("catalogue", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailadmin", "0006_formstate"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailimages", "0027_image_description"),
        ("wagtailcore", "0098_apitoken"),
    ]
    operations = [migrations.RunPython(make_roles, drop_roles)]
