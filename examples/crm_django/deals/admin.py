"""The admin of deals: the page of a deal shows its moves, and tells why one is refused."""

from __future__ import annotations

from crm_django.deals.models import Deal, Proof, machine
from django.contrib import admin, messages
from django.db import IntegrityError, transaction
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html_join
from django.utils.translation import get_language

import salesfsm as sf


class ProofInline(admin.TabularInline):
    model = Proof
    extra = 0


@admin.register(Deal)
class DealAdmin(admin.ModelAdmin):
    list_display = ("name", "stage", "open_moves")
    list_filter = ("stage",)
    readonly_fields = ("stage", "lost_reason", "moves")
    inlines = (ProofInline,)

    @admin.display(description="may")
    def open_moves(self, deal: Deal) -> str:
        return ", ".join(each.trigger for each in machine.moves(deal) if each.allowed)

    def moves(self, deal: Deal) -> str:
        """A button for each move, and for each reason where one is needed."""
        if deal.pk is None:
            return "-"
        buttons = [
            (move.trigger, reason, "" if move.allowed else "blocked", move.trigger, reason)
            for move in machine.moves(deal)
            for reason in (move.reasons or ("",))
        ]
        button = '<button name="_move" value="{}:{}" class="{}">{} {}</button>'
        return format_html_join(" ", button, buttons)

    def save_model(self, request: HttpRequest, obj: Deal, form: ModelForm, change: bool) -> None:
        """Save what the form changed, and nothing that somebody else may have moved meanwhile."""
        obj.save(update_fields=form.changed_data if change else None)

    def response_change(self, request: HttpRequest, obj: Deal) -> HttpResponse:
        """After the form is saved, fire the trigger whose button was pressed."""
        if "_move" not in request.POST:
            return super().response_change(request, obj)
        trigger, _, reason = request.POST["_move"].partition(":")
        try:
            with transaction.atomic():
                deal = Deal.objects.select_for_update().get(pk=obj.pk)
                machine.fire(deal, trigger, by=request.user.get_username(), reason=reason or None)
                deal.save()
        except IntegrityError:  # where rows cannot be locked, the history refuses the second move
            self.message_user(request, "somebody else moved it: look again", messages.ERROR)
        except sf.TransitionBlocked as refused:
            why = refused.step.explain(get_language() or "en")
            self.message_user(request, why, messages.ERROR)
        except sf.SalesFsmError as error:  # a trigger or reason that the process does not have
            self.message_user(request, str(error), messages.ERROR)
        else:
            self.message_user(request, f"{deal}: {trigger} → {deal.stage}", messages.SUCCESS)
        return HttpResponseRedirect(request.path)
