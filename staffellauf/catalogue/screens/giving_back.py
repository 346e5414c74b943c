"""“Leave to the source again”: an editor lets go of a field."""

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages

from staffellauf.catalogue import provenance
from staffellauf.catalogue.models import Sourced
from staffellauf.catalogue.screens.listing import edit_address


@require_POST
def give_back(request: HttpRequest, noun: str, pk: str) -> HttpResponse:
    try:
        model = apps.get_model("catalogue", noun)
    except LookupError as error:
        raise Http404 from error
    if not issubclass(model, Sourced):
        raise Http404
    if not request.user.has_perm(f"catalogue.change_{noun}"):
        raise PermissionDenied
    field = request.POST.get("give_back", "")
    with transaction.atomic():
        row = get_object_or_404(model._default_manager.select_for_update(), pk=pk)
        if field in row.origin:
            provenance.give_back(row, field)
            row.save(update_fields=["origin"])
            messages.success(request, _("The next import may write this field again."))
    return redirect(edit_address(row))
