"""Pages about oneself, and those of the demonstration to try a role."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from goodpractice.accounts import views

app_name = "accounts"

urlpatterns = [
    path(_("account/"), views.profile, name="profile"),
    path(_("account/details/"), views.profile_update, name="profile_update"),
    path(_("account/memberships/claim/"), views.membership_claim, name="membership_claim"),
    path(
        _("account/memberships/<int:pk>/take-back/"), views.membership_take_back, name="membership_take_back"
    ),
    path(_("account/memberships/<int:pk>/end/"), views.membership_end, name="membership_end"),
    path(_("account/memberships/<int:pk>/confirm/"), views.membership_confirm, name="membership_confirm"),
    path(_("role/"), views.role_list, name="role_list"),
    path(_("role/try/"), views.role_try, name="role_try"),
]
