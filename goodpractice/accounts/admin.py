"""Accounts: who may enter and in which role. Nobody gives or takes more rights than their own."""

from functools import partial
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from goodpractice.accounts import erasing, resetting, roles
from goodpractice.accounts.erasure_admin import erase_person
from goodpractice.accounts.factor_admin import reset_factor
from goodpractice.accounts.forms import (
    AccountChangeForm,
    AccountCreateForm,
    AccountPasswordForm,
)
from goodpractice.accounts.membership_admin import MembershipAdmin
from goodpractice.accounts.models import Erasure, User
from goodpractice.admin import OfficeAdmin, Task, yes_no

if TYPE_CHECKING:
    _UserAdmin = UserAdmin[Any]
else:
    _UserAdmin = UserAdmin

# Roles come from a fixture that is reviewed; here they are given to people, not made.
admin.site.unregister(Group)
# What django-allauth stores is the person's own: addresses to sign in with, secrets of factors, sessions.
for model in (Authenticator, EmailAddress, UserSession):
    admin.site.unregister(model)

__all__ = ["AccountAdmin", "MembershipAdmin"]

RIGHTS = ("is_active", "is_staff")
"""What nobody changes of the own account, beside the roles."""
IN_WORDS = {"groups": "roles_in_words", "is_active": "activity", "is_staff": "entry"}
"""What stands for fields that cannot be changed: Django would show roles as code words, and icons in English."""


class RolesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not generic at run time
    def label_from_instance(self, obj: Any) -> str:
        (name,) = roles.names_of([obj])
        return name


class RoleFilter(admin.SimpleListFilter):
    title, parameter_name = pgettext_lazy("of an account", "role"), "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        groups = list(Group.objects.all())
        return [(group.name, name) for group, name in zip(groups, roles.names_of(groups), strict=True)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(groups__name=self.value()) if self.value() else queryset


@admin.register(User)
class AccountAdmin(OfficeAdmin, _UserAdmin):
    task = Task.PEOPLE
    rank = 30
    label = _("Accounts")
    form = AccountChangeForm
    add_form = AccountCreateForm
    change_password_form = AccountPasswordForm
    list_display = ["email", "name", "may_enter", "last_login"]
    list_filter = [RoleFilter]
    search_fields = ["email", "name"]
    search_help_text = _("Name or e-mail address.")
    sortable_by = []
    ordering = ["email"]
    filter_horizontal = ()
    actions = None
    readonly_fields = ["last_login", "date_joined", *IN_WORDS.values()]
    fieldsets = [
        (None, {"fields": ["email", "name", "password"]}),
        (_("Work"), {"fields": ["organisation", "subproject", "language"]}),
        (_("Rights"), {"fields": ["is_active", "is_staff", "groups", "is_superuser"]}),
        (_("Dates"), {"fields": [("last_login", "date_joined")]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["email", "name", "usable_password", "password1", "password2"]}),
    ]

    @admin.display(description=_("may enter the administration"))
    def may_enter(self, person: User) -> str:
        return yes_no(person.is_active and person.is_staff)

    @admin.display(description=pgettext_lazy("of an account", "role"))
    def roles_in_words(self, person: User) -> str:
        return ", ".join(roles.names_of(person.groups.all())) or "–"

    @admin.display(description=_("active"))
    def activity(self, person: User) -> str:
        return yes_no(person.is_active)

    @admin.display(description=_("may enter the administration"))
    def entry(self, person: User) -> str:
        return yes_no(person.is_staff)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets: Any = super().get_fieldsets(request, obj)
        if obj is None:
            return fieldsets
        may_change = self.has_change_permission(request, obj)
        hidden = set() if request.user.is_superuser else {"is_superuser"}
        hidden |= set() if may_change else {"password"}
        is_fixed = obj.pk == request.user.pk or not may_change
        shown = IN_WORDS if is_fixed else {}
        return [
            (title, {"fields": [shown.get(name, name) for name in options["fields"] if name not in hidden]})
            for title, options in fieldsets
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep people from changing their own rights, superusers included: they would lock themselves out."""
        own = RIGHTS if obj is not None and obj.pk == request.user.pk else ()
        return [*super().get_readonly_fields(request, obj), *own]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs |= {"queryset": roles_within(request.user), "form_class": RolesField}
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        reset = self.admin_site.admin_view(partial(reset_factor, model_admin=self))
        erase = self.admin_site.admin_view(partial(erase_person, model_admin=self))
        return [
            path("<id>/reset-factor/", reset, name="accounts_user_reset_factor"),
            path("<id>/erase/", erase, name="accounts_user_erase"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show beside the form whether there is a second factor, and who has reset one."""
        person = self.get_object(request, object_id)
        shown = {} if person is None else _factor_of(person, request.user)
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Forget addresses to sign in with that the account no longer has; the new one is confirmed at sign-in."""
        super().save_model(request, obj, form, change)
        EmailAddress.objects.filter(user=obj).exclude(email__iexact=obj.email).delete()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_erased = isinstance(obj, User) and obj.is_erased
        return not is_erased and super().has_change_permission(request, obj) and _is_within(obj, request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_self = obj is not None and obj.pk == request.user.pk
        return not is_self and super().has_delete_permission(request, obj) and _is_within(obj, request.user)


def roles_within(person: Any) -> QuerySet[Group]:
    """Return the roles that hold no right which ``person`` lacks."""
    if person.is_superuser:
        return Group.objects.all()
    own = person.get_all_permissions()
    roles = Group.objects.prefetch_related("permissions__content_type")
    fitting = [role.pk for role in roles if _names(role) <= own]
    return Group.objects.filter(pk__in=fitting)


def _names(role: Group) -> set[str]:
    return {f"{right.content_type.app_label}.{right.codename}" for right in role.permissions.all()}


def _is_within(other: models.Model | None, person: Any) -> bool:
    """Tell whether ``other`` has no right that ``person`` lacks."""
    if person.is_superuser or not isinstance(other, User):
        return True
    return not other.is_superuser and other.get_all_permissions() <= person.get_all_permissions()


def _factor_of(person: User, by: Any) -> dict[str, Any]:
    return {
        "has_factor": resetting.has_factor(person),
        "may_reset": resetting.may_reset(by, person),
        "factor_resets": person.factor_resets.select_related("by"),
        "may_erase": erasing.may_erase(by, person),
        "erasure": Erasure.objects.filter(person=person).select_related("by").first(),
    }
