"""The operator's list of jobs that were given up, inside the newsroom; superusers only."""

from typing import cast

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.sidebar import LinkMenuItem

from staffellauf.jobs import actions, queries
from staffellauf.jobs.models import Job

PAGE_SIZE = 25
# A primary key has at most 19 digits; longer input is nobody's job.
ID_LENGTH = 18


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern | URLResolver]:
    return [path("auftraege/", include(([path("", index, name="index")], "jobs_admin")))]


class JobsMenuItem(MenuItem):
    """Says how many jobs were given up."""

    def is_shown(self, request: HttpRequest) -> bool:
        return is_operator(request)

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        number = queries.dead()
        label = f"{self.label} ({number})" if number else self.label
        return LinkMenuItem(self.name, label, self.url, icon_name=self.icon_name, classname=self.classname)


@hooks.register("register_settings_menu_item")
def menu_item() -> MenuItem:
    return JobsMenuItem(
        gettext_lazy("Background jobs"), reverse("jobs_admin:index"), name="jobs", icon_name="cogs", order=900
    )


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """GET lists; POST with `job`, or with `all`, lets jobs run again."""
    if not is_operator(request):
        raise PermissionDenied
    if request.method == "POST":
        retry(request)
        return redirect("jobs_admin:index")
    now = timezone.now()
    shown = {
        "page": Paginator(Job.objects.dead().order_by("-finished_at", "-id"), PAGE_SIZE).get_page(
            request.GET.get("p", "")[:6]
        ),
        "counts": sorted(queries.counts().items()),
        "workers": queries.workers(now=now),
        "overdue": queries.overdue(now=now),
        "page_title": _("Background jobs"),
        "header_title": _("Background jobs"),
        "header_icon": "cogs",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": "", "label": _("Background jobs")},
        ],
    }
    return render(request, "jobs/dead.html", shown)


def retry(request: HttpRequest) -> None:
    wanted = request.POST.get("job", "")
    jobs = Job.objects.dead()
    if not request.POST.get("all"):
        is_id = wanted.isascii() and wanted.isdecimal() and len(wanted) <= ID_LENGTH
        jobs = jobs.filter(pk=int(wanted)) if is_id else jobs.none()
    retried, refused = 0, 0
    for job in jobs:
        try:
            actions.retry(job, now=timezone.now())
            retried += 1
        except actions.CannotRetry:
            refused += 1
    if retried:
        text = ngettext("%(number)d job waits again.", "%(number)d jobs wait again.", retried)
        messages.success(request, text % {"number": retried})
    if refused or not retried:
        messages.warning(request, _("A job was left as it is: it is not given up any more, or its key is taken."))


def is_operator(request: HttpRequest) -> bool:
    # The user model belongs to an app above this one.
    user = cast(AbstractBaseUser, request.user)
    return user.is_active and isinstance(user, PermissionsMixin) and user.is_superuser
