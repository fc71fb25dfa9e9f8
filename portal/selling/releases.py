"""Giving up a paid order whose units are not cancelled yet, on the desk and by the provider's own people."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.views.generic import InspectView
from wagtail.log_actions import log

from portal.checkout import releasing
from portal.checkout.models import Order
from portal.fields import all_visible

RELEASES, RELEASED = "payments.add_refund", "orders.release"


class ReleaseForm(forms.Form):
    """Why an order is given up. The page that it is on says what that means."""

    why = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("For the books. The purchaser does not see it."),
        max_length=300,
        validators=[all_visible],
    )

    def carry_out(self, order: Order, *, by_id: int) -> tuple[bool, str]:
        """Do what a valid form says, once. Say whether it is done, and what is said of it."""
        if releasing.give_up(order, why=self.cleaned_data["why"], by_id=by_id, now=timezone.now()):
            return True, _("The order is given up. Its purchaser is told by letter, and what is held is released.")
        return False, _("The registry was asked already, or the order is not open any more: nothing was given up.")


class OrderRelease(InspectView):
    """Giving up an order from the desk."""

    page_title = gettext_lazy("Give the order up")
    http_method_names: ClassVar = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(RELEASES):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", ReleaseForm())
        return super().get_context_data(**kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Give it up, and lead back to it."""
        form = ReleaseForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        by_id: Any = request.user.pk
        is_done, said = form.carry_out(self.object, by_id=by_id)
        if is_done:
            log(self.object, RELEASED, user=request.user)
        (messages.success if is_done else messages.error)(request, said)
        return redirect("order:inspect", self.object.pk)
