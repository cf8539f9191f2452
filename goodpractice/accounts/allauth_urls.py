"""Pages of django-allauth under our own translated paths; the names are those that it asks for."""

from allauth.account import views as account
from allauth.account.decorators import reauthentication_required
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as keys
from allauth.usersessions import views as sessions
from django.http import HttpRequest
from django.urls import path
from django.utils.translation import gettext_lazy as _

from goodpractice.accounts import views
from goodpractice.http import erases_copies


def _has_no_password(request: HttpRequest) -> bool:
    return request.user.is_authenticated and not request.user.has_usable_password()


first_password = reauthentication_required(account.password_set, enabled=_has_no_password)
"""Django-allauth would let whoever sits there set one and keep the account."""

urlpatterns = [
    path(_("sign-in/"), account.login, name="account_login"),
    path(_("sign-in/code/"), account.request_login_code, name="account_request_login_code"),
    path(_("sign-in/code/confirm/"), account.confirm_login_code, name="account_confirm_login_code"),
    path(_("sign-in/passkey/"), keys.login_webauthn, name="mfa_login_webauthn"),
    path(_("sign-in/second-factor/"), factors.authenticate, name="mfa_authenticate"),
    path(_("sign-out/"), erases_copies(account.logout), name="account_logout"),
    path(_("closed/"), account.account_inactive, name="account_inactive"),
    path(_("sign-up/"), account.signup, name="account_signup"),
    path(_("confirm-email/"), account.email_verification_sent, name="account_email_verification_sent"),
    path(_("confirm/"), account.reauthenticate, name="account_reauthenticate"),
    path(_("confirm/mail/"), views.confirm_by_code, name="account_reauthenticate_code"),
    path(_("confirm/code/"), factors.reauthenticate, name="mfa_reauthenticate"),
    path(_("confirm/passkey/"), keys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path(_("email/"), account.email, name="account_email"),
    path(_("password/change/"), account.password_change, name="account_change_password"),
    path(_("password/set/"), first_password, name="account_set_password"),
    path(_("password/reset/"), account.password_reset, name="account_reset_password"),
    path(
        _("password/reset/confirm/"),
        account.confirm_password_reset_code,
        name="account_confirm_password_reset_code",
    ),
    path(
        _("password/reset/complete/"), account.complete_password_reset, name="account_complete_password_reset"
    ),
    path(
        _("password/reset/done/"),
        account.password_reset_from_key_done,
        name="account_password_reset_completed",
    ),
    path(_("second-factor/"), factors.index, name="mfa_index"),
    path(_("second-factor/app/"), app.activate_totp, name="mfa_activate_totp"),
    path(_("second-factor/app/remove/"), app.deactivate_totp, name="mfa_deactivate_totp"),
    path(_("second-factor/recovery-codes/"), codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        _("second-factor/recovery-codes/new/"),
        codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        _("second-factor/recovery-codes/download/"),
        codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path(_("second-factor/passkeys/"), keys.list_webauthn, name="mfa_list_webauthn"),
    path(_("second-factor/passkeys/add/"), keys.add_webauthn, name="mfa_add_webauthn"),
    path(_("second-factor/passkeys/<int:pk>/remove/"), keys.remove_webauthn, name="mfa_remove_webauthn"),
    path(_("second-factor/passkeys/<int:pk>/rename/"), keys.edit_webauthn, name="mfa_edit_webauthn"),
    path(_("sessions/"), sessions.list_usersessions, name="usersessions_list"),
]
