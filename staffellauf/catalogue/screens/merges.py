"""Making one entry of two, undoing it, and looking for entries that may be the same."""

from typing import Any, NamedTuple, cast

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages
from wagtail.admin.auth import permission_required

from staffellauf.accounts.models import User
from staffellauf.catalogue import choosers, merging, moves
from staffellauf.catalogue import duplicates as alike
from staffellauf.catalogue.models import Merge, Topic, TopicKind
from staffellauf.catalogue.screens.listing import edit_address

PERMISSION = "catalogue.add_merge"
UNDO_PERMISSION = "catalogue.change_merge"
PAGE_SIZE = 40
ID_DIGITS = 18


class Count(NamedTuple):
    label: str
    moves: int
    stays: int
    doubled: int


# Any: a user or nobody.
def may_merge(user: Any) -> bool:
    return bool(user.has_perm(PERMISSION))


class OtherForm(forms.Form):
    # Any: whatever Django's forms take.
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget = choosers.AnyTopicChooser("topic_chooser").widget_class
        self.fields["other"] = forms.ModelChoiceField(
            Topic.objects.all(), label=gettext_lazy("The other entry"), widget=widget
        )


@require_safe
@permission_required(PERMISSION)
def index(request: HttpRequest) -> HttpResponse:
    """All merges, or those of one entry."""
    merges = Merge.objects.select_related("kept", "gone", "made_by").order_by("-made_at", "-pk").defer("moved")
    wanted = request.GET.get("of", "")
    if wanted.isascii() and wanted.isdigit() and len(wanted) <= ID_DIGITS:
        merges = merges.filter(kept=int(wanted))
    page = Paginator(merges, PAGE_SIZE).get_page(request.GET.get("p", "")[:6])
    values = {"page": page, "may_undo": request.user.has_perm(UNDO_PERMISSION), "of": wanted}
    return render(request, "catalogue/merges.html", furniture() | values)


@require_safe
@permission_required(PERMISSION)
def duplicates(request: HttpRequest) -> HttpResponse:
    """Entries of one kind that share a name, and do not differ in the year."""
    kind = request.GET.get("kind", TopicKind.SERIES)
    if kind not in TopicKind.values:
        raise Http404
    tabs = [{"kind": value, "label": label, "is_current": value == kind} for value, label in TopicKind.choices]
    values = {"pairs": alike.pairs(kind), "tabs": tabs, "kind": kind}
    return render(request, "catalogue/duplicates.html", furniture(_("Possible duplicates")) | values)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(PERMISSION)
def choose(request: HttpRequest, topic_id: str) -> HttpResponse:
    """The first step: which other entry."""
    topic = get_object_or_404(Topic, pk=topic_id)
    wanted = request.POST.get("other", "")
    # The chooser breaks on what is no number.
    number = wanted if wanted.isascii() and wanted.isdigit() and len(wanted) <= ID_DIGITS else ""
    form = OtherForm({"other": number} if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        other = form.cleaned_data["other"]
        if other.pk == topic.pk:
            form.add_error("other", _("An entry cannot be merged into itself."))
        elif other.kind != topic.kind:
            form.add_error("other", _("Only two entries of the same kind can become one."))
        else:
            return redirect("catalogue_admin:merge_confirm", topic.pk, other.pk)
    values = {"topic": topic, "form": form, "edit_url": edit_address(topic)}
    status = 422 if form.is_bound else 200
    return render(request, "catalogue/merge_choose.html", furniture(str(topic)) | values, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(PERMISSION)
def confirm(request: HttpRequest, topic_id: str, other_id: str) -> HttpResponse:
    """The second step: what becomes of both. The first one stays."""
    kept, gone = get_object_or_404(Topic, pk=topic_id), get_object_or_404(Topic, pk=other_id)
    if kept.pk == gone.pk or kept.kind != gone.kind:
        raise Http404
    if request.method == "POST":
        try:
            merging.merge(gone, into=kept, by=cast(User, request.user))
        except merging.CannotMerge as refusal:
            messages.error(request, str(refusal))
            return redirect("catalogue_admin:merges")
        words = _("“%(gone)s” is part of “%(kept)s” now.") % {"gone": gone, "kept": kept}
        messages.success(request, words)
        return redirect(edit_address(kept))
    sides = [side(kept), side(gone)]
    values = {"sides": sides, "kept": sides[0], "gone": sides[1], "counts": preview(gone, kept)}
    return render(request, "catalogue/merge_confirm.html", furniture(str(kept)) | values)


@require_POST
@permission_required(UNDO_PERMISSION)
def undo(request: HttpRequest, merge_id: str) -> HttpResponse:
    merge = get_object_or_404(Merge.objects.select_related("kept", "gone"), pk=merge_id)
    try:
        merging.undo(merge)
    except merging.CannotUndo as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("“%(gone)s” is an entry of its own again.") % {"gone": merge.gone})
    return redirect("catalogue_admin:merges")


def preview(gone: Topic, kept: Topic) -> list[Count]:
    """What would move, what the kept one has, and of how much there would be two."""
    counts: dict[str, Count] = {}
    for relation in moves.references(merging.CLASSES[kept.kind]):
        rows = moves.rows(relation.model)
        moved = rows.filter(**{relation.attname: gone.pk}).count()
        if not moved:
            continue
        label = label_of(relation)
        before = counts.get(label, Count(label, 0, 0, 0))
        stays = rows.filter(**{relation.attname: kept.pk}).count()
        doubled = len(moves.find_twins(relation, {gone.pk: kept.pk}))
        counts[label] = Count(label, before.moves + moved, before.stays + stays, before.doubled + doubled)
    return sorted(counts.values(), key=lambda count: count.label)


# Any: a foreign key.
def label_of(relation: Any) -> str:
    """What the rows are called; those of a many-to-many table by the field."""
    model = relation.model
    if not model._meta.auto_created:
        return str(model._meta.verbose_name_plural)
    through = next(
        field for field in model._meta.auto_created._meta.many_to_many if field.remote_field.through is model
    )
    if relation.related_model is through.related_model:
        return str(model._meta.auto_created._meta.verbose_name_plural)
    return str(through.verbose_name)


# Any: what the template shows.
def side(topic: Topic) -> dict[str, Any]:
    whole = merging.CLASSES[topic.kind].everything.get(pk=topic.pk)
    facts = [
        (field.verbose_name, shown(whole, field.name))
        for field in whole._meta.concrete_fields
        if field.editable and not field.is_relation and getattr(whole, field.name) not in (None, "")
    ]
    ids = ", ".join(str(row) for row in topic.external_ids.order_by("scheme", "value"))
    return {"topic": topic, "facts": facts, "ids": ids, "edit_url": edit_address(topic)}


# Any: a field's value.
def shown(topic: Topic, field: str) -> Any:
    display = getattr(topic, f"get_{field}_display", None)
    return display() if display else getattr(topic, field)


# Any: what Wagtail's header template takes.
def furniture(last: str = "") -> dict[str, Any]:
    items = [
        {"url": reverse("wagtailadmin_home"), "label": _("Home")},
        {"url": reverse("catalogue_admin:merges"), "label": _("Merges")},
    ]
    return {
        "header_title": last or _("Merges"),
        "header_icon": "resubmit",
        "breadcrumbs_items": [*items, {"url": "", "label": last}] if last else items,
    }
