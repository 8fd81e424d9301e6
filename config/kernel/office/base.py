"""What every page of the office has in common: who may come in, and that rows are looked at, not edited."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from django.apps import apps
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db import DataError, IntegrityError, models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from config.kernel import constraints, time
from config.kernel.office.columns import rows_about
from config.kernel.office.forms import OfficeForm
from config.kernel.office.lookups import lookups_of

Row = TypeVar("Row", bound=models.Model)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.contrib.admin.sites import AdminSite
    from django.contrib.admin.views.main import ChangeList
    from django.db.models import QuerySet
    from django.forms import ModelForm

    class Table(admin.ModelAdmin[Row]):
        """Django's class says of what rows it is in the stubs only."""

    Inline = admin.TabularInline[Any, Any]
else:

    class Table(admin.ModelAdmin, Generic[Row]):
        """See above."""

    Inline = admin.TabularInline

ONE_LINE: Mapping[type[models.Field[Any, Any]], Mapping[str, Any]] = {
    models.TextField: {"widget": AdminTextInputWidget}
}


def office_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For a page of an admin that is not one of Django's own: 403 for whoever has no business here."""

    @functools.wraps(view)
    def guarded(self: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return view(self, request, *args, **kwargs)

    return guarded


class OfficeAdmin(Table[Row]):
    """A table that the office reads.  What it may type into is in `editable`; all else happens by actions.

    Django's own permissions say nothing here: whoever works in the office sees every table, and text that
    is between a coach and a client is in none of them."""

    # Writes down what was typed, as every action does; the room that keeps the audit puts its step here.
    audit: ClassVar[Callable[..., Any] | None] = None
    editable: ClassVar[tuple[str, ...]] = ()
    form = OfficeForm
    formfield_overrides = ONE_LINE
    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _works_here(request)

    def has_view_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return _works_here(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return _works_here(request) and bool(self.editable or self.inlines)

    def has_delete_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only what our own links say: Django's admin would tell by its answers what is in hidden fields."""
        list_filter = self.get_list_filter(request) if request else self.list_filter
        return lookup in lookups_of(self.model, list_filter, self.date_hierarchy)

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        try:
            return super().get_changelist_instance(request)
        except (ValueError, OverflowError, DataError) as exc:  # a year or an id such as nobody has
            raise BadRequest("no such value to narrow the list by") from exc

    def response_action(  # type: ignore[override]  # the stubs are ahead of Django here
        self, request: HttpRequest, queryset: QuerySet[Any]
    ) -> HttpResponse | None:
        for chosen in request.POST.getlist(ACTION_CHECKBOX_NAME):
            try:
                self.opts.pk.to_python(chosen)
            except ValidationError as exc:
                raise BadRequest("no such row to choose") from exc
        return super().response_action(request, queryset)

    def get_readonly_fields(self, request: HttpRequest, obj: Row | None = None) -> list[Any]:
        return [name for name in self.get_fields(request, obj) if name not in self.editable]

    @admin.display(description="№", ordering="pk")
    def no(self, row: Row) -> Any:
        """The row's number."""
        return row.pk

    @admin.display(description=_("elsewhere"))
    def elsewhere(self, row: Row) -> str:
        """The lists of rows that belong to this one."""
        return format_html("<ul>{}</ul>", rows_about(self.admin_site, row))

    def save_model(self, request: HttpRequest, obj: Row, form: ModelForm[Row], change: bool) -> None:  # noqa: FBT001  Django's signature
        super().save_model(request, obj, form, change)
        self.write_down(request, "row_changed" if change else "row_added", obj, fields=sorted(form.changed_data))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:  # noqa: FBT001  Django's signature
        super().save_formset(request, form, formset, change)
        rows = {"added": len(formset.new_objects), "changed": len(formset.changed_objects)}
        rows["removed"] = len(formset.deleted_objects)
        if any(rows.values()):
            self.write_down(request, "rows_changed", form.instance, table=formset.model._meta.model_name, **rows)

    def write_down(self, request: HttpRequest, verb: str, row: models.Model, **facts: Any) -> None:
        """Put into the audit who typed what; Django's own change page is one transaction, of which this is part."""
        if self.audit is not None:
            self.audit(verb, f"{row._meta.model_name}:{row.pk}", by=request.user, facts=facts, at=time.now())

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError as exc:  # a rule that the form could not foresee; nothing was saved
            refusal = constraints.error_for(exc)
            messages.error(request, f"{refusal.words} {refusal.next_words}")
            return HttpResponseRedirect(request.get_full_path())


class OfficeInline(Inline):
    """Settings that belong to a row and are typed on its page, such as weekly hours."""

    extra = 0
    form = OfficeForm
    formfield_overrides = ONE_LINE

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _works_here(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _works_here(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _works_here(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _works_here(request)


def furnish(site: AdminSite) -> None:
    """Give admin the practice's name, and take tables out of it that others have put there.

    Those could be edited and deleted behind our actions' backs, and one of them shows secrets."""
    site.site_header = site.site_title = settings.PRACTICE_NAME
    site.index_title = _("Office")
    for model in apps.get_models():
        if site.is_registered(model) and not isinstance(site.get_model_admin(model), OfficeAdmin):
            site.unregister(model)


def _works_here(request: HttpRequest) -> bool:
    return bool(request.user.is_active and request.user.is_staff)
