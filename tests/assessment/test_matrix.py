"""The permission matrix of the whole site: every address, asked by a person of each role, to read and to change.

The proposal asked about is in the state in which the most is open (a question to the submitter). An address that is
not in the table fails: whoever adds a page says here who gets what.
"""

import pytest

from assessment.models import Proposal, Status
from tests.assessment.factories import draft
from tests.assessment.matrix_world import (
    LEADING_ON,
    ROLES,
    address,
    ask,
    build,
    nameless,
    pages,
    strict,
)

pytestmark = pytest.mark.django_db

TERMS = [
    "topic",
    "targetgroup",
    "audience",
    "federalstate",
    "memberkind",
    "fieldofaction",
    "formalisation",
    "networktype",
]
"""Stand for ``TERM`` in the table: the vocabularies, all alike."""

# Per entry: the answers to GET, those to POST (without data), and the pages. ``ok`` is a page, ``on`` leads
# on, ``login`` leads to the sign-in, ``bad`` is a page that says what was wrong (400, 409, 422).
TABLE = [
    #    visitor stranger owner reader  writer  board   office  admin
    # Proposals and calls
    (
        "ok      ok      ok      ok      ok      ok      ok      ok",
        "405     405     405     405     405     405     405     405",
        "assessment:call_detail assessment:call_list",
    ),
    (
        "login   ok      ok      ok      ok      ok      ok      ok",
        "login   405     405     405     405     405     405     405",
        "assessment:proposal_list",
    ),
    (
        "login   ok      ok      on      on      on      on      on",
        "login   ok      ok      on      on      on      on      on",
        "assessment:proposal_create",
    ),
    (
        "login   404     ok      ok      ok      404     ok      ok",
        "login   405     405     405     405     405     405     405",
        "assessment:attachment_download assessment:proposal_detail assessment:proposal_preview "
        "assessment:proposal_received",
    ),
    (
        "login   404     ok      403     ok      404     403     403",
        "login   404     on      403     on      404     403     403",
        "assessment:proposal_withdraw",
    ),
    (
        "login   404     ok      403     on      404     403     403",
        "login   404     ok      403     on      404     403     403",
        "assessment:proposal_copy",
    ),
    (
        "login   404     ok      403     ok      404     403     403",
        "403     404     ok      403     ok      404     403     403",
        "assessment:proposal_answer assessment:proposal_section",
    ),
    (
        "login   404     on      403     on      404     403     403",
        "403     404     bad     403     bad     404     403     403",
        "assessment:proposal_correct",
    ),
    (
        "login   404     ok      ok      ok      404     ok      ok",
        "login   404     ok      403     403     404     403     403",
        "assessment:editor_list",
    ),
    (
        "login   405     405     405     405     405     405     405",
        "login   404     on      403     403     404     403     403",
        "assessment:editor_update",
    ),
    (
        "login   404     ok      ok      403     404     403     403",
        "login   404     on      on      403     404     403     403",
        "assessment:editor_remove",
    ),
    (
        "405     405     405     405     405     405     405     405",
        "403     404     bad     403     bad     404     403     403",
        "assessment:answer_autosave assessment:proposal_autosave",
    ),
    (
        "login   404     on      403     on      404     403     403",
        "login   404     on      403     on      404     403     403",
        "assessment:proposal_check",
    ),
    (
        "ok      403     on      403     403     403     403     403",
        "ok      403     on      403     403     403     403     403",
        "assessment:invitation_accept",
    ),
    # The catalogue, and what machines ask for
    (
        "on      on      on      on      on      on      on      on",
        "405     405     405     405     405     405     405     405",
        "choose_language",
    ),
    (
        "ok      ok      ok      ok      ok      ok      ok      ok",
        "405     405     405     405     405     405     405     405",
        "catalogue:about catalogue:accessibility catalogue:attachment_download catalogue:compare "
        "catalogue:criteria catalogue:data catalogue:shortlist "
        "catalogue:example_detail catalogue:example_json catalogue:example_list "
        "catalogue:example_list_csv catalogue:example_list_json catalogue:example_pdf "
        "catalogue:feedback_thanks catalogue:home catalogue:imprint catalogue:network_detail "
        "catalogue:network_list catalogue:network_pdf catalogue:plain_language catalogue:privacy "
        "catalogue:search_help catalogue:sign_language healthz readyz robots",
    ),
    (
        "ok      ok      ok      ok      ok      ok      ok      ok",
        "ok      ok      ok      ok      ok      ok      ok      ok",
        "catalogue:consent_answer catalogue:contact_message catalogue:example_feed "
        "catalogue:feedback_create django.contrib.sitemaps.views.index "
        "django.contrib.sitemaps.views.sitemap",
    ),
    (
        "404     404     404     404     404     404     404     404",
        "404     404     404     404     404     404     404     404",
        "picture",
    ),
    (  # without examples in its address
        "404     404     404     404     404     404     404     404",
        "405     405     405     405     405     405     405     405",
        "catalogue:shortlist_pdf",
    ),
    (
        "ok      ok      ok      ok      ok      ok      ok      ok",
        "on      on      on      on      on      on      on      on",
        "catalogue:consent_withdraw",
    ),
    # The administration
    (
        "login   login   login   login   login   login   ok      ok",
        "login   login   login   login   login   login   ok      ok",
        "admin:accounts_membership_changelist admin:accounts_membership_history "
        "admin:assessment_call_add admin:assessment_call_change admin:assessment_call_changelist "
        "admin:assessment_call_history admin:catalogue_TERM_add admin:catalogue_TERM_change "
        "admin:catalogue_TERM_changelist admin:catalogue_TERM_delete admin:catalogue_TERM_history "
        "admin:catalogue_consent_changelist admin:catalogue_consent_history "
        "admin:catalogue_contactperson_change admin:catalogue_contactperson_changelist "
        "admin:catalogue_contactperson_delete admin:catalogue_contactperson_history "
        "admin:catalogue_example_add admin:catalogue_example_change "
        "admin:catalogue_example_changelist admin:catalogue_example_history "
        "admin:catalogue_example_preview admin:catalogue_feedback_changelist "
        "admin:catalogue_feedback_delete admin:catalogue_feedback_history "
        "admin:catalogue_network_add admin:catalogue_network_change "
        "admin:catalogue_network_changelist admin:catalogue_network_history admin:index "
        "admin:outbox_mail_changelist admin:outbox_mail_history",
    ),
    (
        "login   403     403     403     403     on      on      on",
        "login   403     403     403     403     on      on      on",
        "admin:login",
    ),
    (
        "on      on      on      on      on      on      405     405",
        "on      on      on      on      on      on      on      on",
        "admin:logout",
    ),
    (
        "login   login   login   login   login   login   on      on",
        "login   login   login   login   login   login   on      on",
        "admin:app_list admin:password_change",
    ),
    (
        "login   login   login   login   login   login   ok      ok",
        "login   login   login   login   login   login   405     405",
        "admin:jsi18n admin:password_change_done",
    ),
    (
        "login   login   login   login   login   login   403     403",
        "login   login   login   login   login   login   405     405",
        "admin:autocomplete",
    ),
    (
        "login   login   login   login   login   login   404     404",
        "login   login   login   login   login   login   404     404",
        "admin:catalogue_example_publish admin:catalogue_example_withdraw admin:view_on_site",
    ),
    (
        "login   login   login   login   login   login   403     403",
        "login   login   login   login   login   login   403     403",
        "admin:accounts_membership_add admin:accounts_membership_delete "
        "admin:assessment_call_delete admin:catalogue_consent_add admin:catalogue_consent_delete "
        "admin:catalogue_contactperson_add admin:catalogue_example_delete "
        "admin:catalogue_feedback_add admin:catalogue_network_delete admin:outbox_mail_add "
        "admin:outbox_mail_delete",
    ),
    (
        "login   login   login   login   login   login   ok      ok",
        "login   login   login   login   login   login   on      on",
        "admin:accounts_membership_change admin:catalogue_consent_change admin:catalogue_feedback_change",
    ),
    (
        "login   login   login   login   login   login   403     ok",
        "login   login   login   login   login   login   403     ok",
        "admin:accounts_user_add admin:accounts_user_delete admin:auth_user_password_change",
    ),
    (
        "login   login   login   login   login   login   ok      ok",
        "login   login   login   login   login   login   403     ok",
        "admin:accounts_user_change",
    ),
    (
        "login   login   login   login   login   login   ok      ok",
        "login   login   login   login   login   login   ok      ok",
        "admin:accounts_user_changelist admin:accounts_user_erase admin:accounts_user_history "
        "admin:accounts_user_reset_factor",
    ),
    (
        "login   login   login   login   login   login   ok      ok",
        "login   login   login   login   login   login   403     403",
        "admin:outbox_mail_change",
    ),
    (
        "login   404     404     404     404     404     ok      ok",
        "login   404     404     404     404     404     ok      ok",
        "admin:assessment_proposal_changelist",
    ),
    (
        "login   404     404     404     404     404     ok      ok",
        "login   404     404     404     404     404     405     405",
        "admin:assessment_proposal_detail",
    ),
    (
        "login   404     404     404     404     404     on      on",
        "login   404     404     404     404     404     bad     bad",
        "admin:assessment_proposal_begin_screening",
    ),
    (
        "login   404     404     404     404     404     on      on",
        "login   404     404     404     404     404     ok      ok",
        "admin:assessment_proposal_ask admin:assessment_proposal_begin_review "
        "admin:assessment_proposal_confirm_rejection admin:assessment_proposal_dismiss_rejection "
        "admin:assessment_proposal_propose_rejection admin:assessment_proposal_return_to_screening",
    ),
    # The board: a member with a seat and a conflict, and the office
    (
        "login   404     404     404     404     ok      404     404",
        "405     405     405     405     405     405     405     405",
        "admin:assessment_assessment_changelist",
    ),
    (
        "login   404     404     404     404     404     404     404",
        "403     404     404     404     404     404     404     404",
        "admin:assessment_assessment_again admin:assessment_assessment_score",
    ),
    (
        "login   404     404     404     404     404     404     404",
        "login   404     404     404     404     404     404     404",
        "admin:assessment_assessment_declare admin:assessment_decision_carry_over "
        "admin:assessment_decision_confirm admin:assessment_decision_decide "
        "admin:assessment_decision_discussed admin:assessment_decision_publish "
        "admin:assessment_decision_republish admin:assessment_decision_unpublish",
    ),
    (
        "405     405     405     405     405     405     405     405",
        "403     404     404     404     404     404     404     404",
        "admin:assessment_assessment_again_autosave admin:assessment_assessment_score_autosave",
    ),
    (
        "405     405     405     405     405     405     405     405",
        "login   404     404     404     404     404     404     404",
        "admin:assessment_assessment_reconfirm",
    ),
    (
        "login   404     404     404     404     404     404     404",
        "405     405     405     405     405     405     405     405",
        "admin:assessment_assessment_file",
    ),
    (
        "login   404     404     404     404     ok      ok      ok",
        "login   405     405     405     405     405     405     405",
        "admin:assessment_decision_agreement admin:assessment_decision_changelist "
        "admin:assessment_decision_meeting admin:assessment_decision_minutes_csv "
        "admin:assessment_decision_minutes_pdf",
    ),
    (
        "login   405     405     405     405     405     405     405",
        "login   404     404     404     404     404     on      on",
        "admin:assessment_decision_presence",
    ),
    (
        "login   404     404     404     404     404     ok      ok",
        "login   404     404     404     404     404     ok      ok",
        "admin:assessment_boardseat_give admin:assessment_conflictdeclaration_detail "
        "admin:assessment_decision_announcement admin:assessment_rubric_copy "
        "admin:assessment_rubric_update",
    ),
    (
        "login   404     404     404     404     404     on      on",
        "login   404     404     404     404     404     on      on",
        "admin:assessment_rubric_remove",
    ),
    (
        "login   404     404     404     404     404     404     404",
        "login   405     405     405     405     405     405     405",
        "admin:assessment_decision_mails",
    ),
    (
        "login   405     405     405     405     405     405     405",
        "login   404     404     404     404     404     404     404",
        "admin:assessment_decision_embargo admin:assessment_decision_hold",
    ),
    (
        "login   404     404     404     404     404     ok      ok",
        "login   404     404     404     404     404     405     405",
        "admin:assessment_boardseat_call admin:assessment_boardseat_changelist "
        "admin:assessment_conflictdeclaration_call admin:assessment_conflictdeclaration_changelist "
        "admin:assessment_rubric_changelist admin:assessment_rubric_detail",
    ),
    (
        "login   404     404     404     404     404     405     405",
        "login   404     404     404     404     404     on      on",
        "admin:assessment_boardseat_invite",
    ),
    (
        "login   404     404     404     404     404     ok      ok",
        "login   404     404     404     404     404     on      on",
        "admin:assessment_boardseat_end",
    ),
    # The own account
    (
        "ok      ok      ok      ok      ok      ok      ok      ok",
        "405     405     405     405     405     405     405     405",
        "account_inactive account_password_reset_completed",
    ),
    (
        "ok      ok      ok      ok      ok      ok      ok      ok",
        "ok      ok      ok      ok      ok      ok      ok      ok",
        "account_reset_password",
    ),
    (
        "ok      on      on      on      on      on      on      on",
        "ok      on      on      on      on      on      on      on",
        "account_login account_request_login_code account_signup",
    ),
    (
        "on      on      on      on      on      on      on      on",
        "on      on      on      on      on      on      on      on",
        "account_complete_password_reset account_confirm_login_code",
    ),
    (
        "login   on      on      on      on      on      on      on",
        "login   on      on      on      on      on      on      on",
        "account_email_verification_sent account_reauthenticate_code account_set_password "
        "mfa_activate_totp mfa_authenticate mfa_login_webauthn mfa_reauthenticate_webauthn",
    ),
    (
        "on      ok      ok      ok      ok      ok      ok      ok",
        "on      on      on      on      on      on      on      on",
        "account_logout",
    ),
    (
        "login   ok      ok      ok      ok      ok      ok      ok",
        "login   ok      ok      ok      ok      ok      ok      ok",
        "account_change_password account_reauthenticate accounts:membership_claim "
        "accounts:profile_update mfa_add_webauthn mfa_reauthenticate",
    ),
    (
        "login   ok      ok      ok      ok      ok      ok      ok",
        "login   on      on      on      on      on      on      on",
        "account_email mfa_deactivate_totp mfa_generate_recovery_codes usersessions_list",
    ),
    (
        "login   login   login   login   login   login   login   login",
        "login   login   login   login   login   login   login   login",
        "account_confirm_password_reset_code",
    ),
    (
        "login   ok      ok      ok      ok      ok      ok      ok",
        "login   405     405     405     405     405     405     405",
        "accounts:profile mfa_index mfa_list_webauthn",
    ),
    (
        "login   404     404     404     404     404     404     404",
        "login   405     405     405     405     405     405     405",
        "mfa_view_recovery_codes",
    ),
    (
        "login   404     404     404     404     404     404     404",
        "login   404     404     404     404     404     404     404",
        "mfa_download_recovery_codes mfa_edit_webauthn mfa_remove_webauthn",
    ),
    (
        "login   405     405     405     405     405     405     405",
        "login   404     404     404     404     404     404     404",
        "accounts:membership_end accounts:membership_take_back",
    ),
    (
        "login   405     405     405     405     405     405     405",
        "login   on      on      404     404     404     404     404",
        "accounts:membership_confirm",
    ),
    (
        "404     404     404     404     404     404     404     404",
        "405     405     405     405     405     405     405     405",
        "accounts:role_list",
    ),
    (
        "405     405     405     405     405     405     405     405",
        "404     404     404     404     404     404     404     404",
        "accounts:role_try",
    ),
]


def expanded(names):
    for name in names.split():
        yield from [name.replace("TERM", term) for term in TERMS] if "TERM" in name else [name]


def expected(column):
    return {name: entry[column].split() for entry in TABLE for name in expanded(entry[2])}


@pytest.fixture
def world():
    return build()


def answers(world, method):
    """Return ``{page: answers by role}``, and what was written meanwhile."""
    found, written = {}, {}
    for name, arguments in pages().items():
        path = address(world, name, arguments)
        asked = [ask(world.clients[role], method, path) for role in ROLES]
        found[name] = [answer for answer, _tables in asked]
        if tables := set().union(*(tables for _answer, tables in asked)):
            written[name] = tables
    return found, written


def test_every_address_stands_in_the_table_once():
    listed = [name for entry in TABLE for name in expanded(entry[2])]

    assert sorted(listed) == sorted(pages())


def test_addresses_without_a_name_only_lead_on_within_the_administration():
    """The table knows addresses by their names: one without would be asked by nobody."""
    assert set(nameless()) == LEADING_ON


def test_reading_is_answered_by_the_table_and_changes_nothing(world):
    found, written = answers(world, "get")

    assert found == expected(0)
    assert written == {}


def test_changing_is_answered_by_the_table(world):
    found, _written = answers(world, "post")

    assert found == expected(1)


@pytest.mark.parametrize("role", ["visitor", "owner", "admin"])
def test_post_without_a_token_is_refused_everywhere(world, role):
    client = strict(world, role)
    taken = {
        name: answer
        for name, arguments in pages().items()
        for answer, tables in [ask(client, "post", address(world, name, arguments))]
        if answer != "403" or tables
    }

    assert taken == {}


def test_drafts_are_nobodys_business_but_their_authors(world):
    """The office, too, learns of a proposal when it is handed in."""
    proposal = draft(by=world.people["owner"])
    world.values["reference"] = proposal.reference
    own = {name: names for name, names in pages().items() if "reference" in names}
    others = ["stranger", "reader", "writer", "board", "office", "admin"]

    found = {
        (name, role, answer)
        for name, arguments in own.items()
        for role in others
        for method in ["get", "post"]
        for answer, _tables in [ask(world.clients[role], method, address(world, name, arguments))]
    }

    assert {answer for _name, _role, answer in found} <= {"404", "405", "login"}
    assert Proposal.objects.get(pk=proposal.pk).status == Status.DRAFT
