from django.apps import AppConfig


class CommentsConfig(AppConfig):
    name = "staffellauf.comments"
