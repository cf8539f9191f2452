"""What mails are called in the list of the office, by their kind (``templates/mail`` and those of django-allauth)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

KINDS: dict[str, Any] = {
    "account_already_exists": _("Account exists already"),
    "board_conflict_withdrawn": _("Board: declared conflict withdrawn"),
    "board_digest": _("Board: new proposals to assess"),
    "board_invitation": _("Board: invitation"),
    "board_outcome": _("Board: outcome"),
    "board_quorum_missing": _("Board: quorum missing, to the office"),
    "board_reminder": _("Board: reminder"),
    "confirm_code": _("Code to confirm who it is"),
    "consent_again": _("Consent: does it still hold?"),
    "consent_given": _("Consent: confirmation"),
    "consent_request": _("Consent: question"),
    "consents_lapsed": _("Consent: not confirmed in time"),
    "email_changed": _("E-mail address changed"),
    "email_confirm": _("E-mail address confirmed"),
    "email_confirmation": _("Code for a new e-mail address"),
    "email_confirmation_signup": _("Code to sign up"),
    "email_deleted": _("E-mail address removed"),
    "factor_reset": _("Second factor reset by the office"),
    "invariants_broken": _("Check of the rules failed"),
    "login_code": _("Code to sign in"),
    "membership_confirmed": _("Membership confirmed"),
    "membership_refused": _("Membership refused"),
    "other": pgettext_lazy("of a mail", "Other"),
    "password_changed": _("Password changed"),
    "password_reset": _("Password: link to a new one"),
    "password_reset_code": _("Password: code for a new one"),
    "password_set": _("Password set"),
    "proposal_answered": _("Proposal: question answered"),
    "proposal_arrived": _("Proposal: arrived"),
    "proposal_carried_over": _("Proposal: taken into another call"),
    "proposal_invitation": _("Proposal: invitation to co-editors"),
    "proposal_not_published": _("Proposal: not published on its day, to the office"),
    "proposal_outcome": _("Proposal: outcome"),
    "proposal_published": _("Proposal: published"),
    "proposal_question": _("Proposal: question of the office"),
    "proposal_question_due": _("Proposal: question, reminder"),
    "proposal_received": _("Proposal: confirmation of receipt"),
    "proposal_rejected": _("Proposal: rejected on formal grounds"),
    "proposal_taken_back": _("Proposal: withdrawn, to the office"),
    "proposal_unpublished": _("Proposal: taken from the public"),
    "proposal_withdrawn": _("Proposal: withdrawn"),
    "recovery_codes_generated": _("Recovery codes made"),
    "totp_activated": _("Second factor set up"),
    "totp_deactivated": _("Second factor removed"),
    "webauthn_added": _("Passkey added"),
    "webauthn_removed": _("Passkey removed"),
}


def in_words(kind: str) -> str:
    """Return what a kind is called; one of a program that nobody has named keeps its name."""
    return str(KINDS.get(kind, kind))
