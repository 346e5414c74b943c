from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class NewsroomConfig(AppConfig):
    name = "staffellauf.newsroom"
    default = True

    def ready(self) -> None:
        """Listens to Wagtail's `published` and `unpublished`, the only signals in the house."""
        from wagtail.signals import published, unpublished

        from staffellauf.newsroom import actions
        from staffellauf.newsroom.models import Article

        published.connect(actions.on_published, sender=Article, dispatch_uid="newsroom.published")
        unpublished.connect(actions.on_unpublished, sender=Article, dispatch_uid="newsroom.unpublished")


class StaffConfig(WagtailUsersAppConfig):
    """Wagtail's users, without the readers."""

    user_viewset = "staffellauf.newsroom.staff.StaffViewSet"
    default = False
