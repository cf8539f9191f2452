"""The page of an assessment: drafts, handing in, two windows, lost sessions, and whatever a browser may send."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from assessment import judging, workflow
from assessment.models import Assessment, Score, Status
from catalogue.models import Attachment, Criterion
from tests.assessment.board import (
    LIST,
    call_with_rubric,
    declared,
    draft,
    hand_in,
    in_review,
    member,
    new_version,
    page_of,
    scores_of,
    seat,
    seats,
    sent,
    told,
)
from tests.assessment.factories import ROUTES, STEPS, complete, member_of, moved
from tests.assessment.factories import draft as draft_of
from tests.goodpractice.signing_in import signed_in

pytestmark = pytest.mark.django_db

ALL_FOUR = dict.fromkeys(Criterion.values, 4)
ORIGIN = {"HTTP_ORIGIN": "http://testserver"}


@pytest.fixture
def call():
    return call_with_rubric()


@pytest.fixture
def own(call):
    return seat(call)


@pytest.fixture
def proposal(own, call):
    found = in_review(call)
    declared(own, found)
    return found


@pytest.fixture
def client(own):
    return member(own)


def sheet_of(proposal, text=1):
    return f"{page_of(proposal)}?text={text}"


def stored():
    return Assessment.objects.get()


def errors(response):
    return {name: list(found) for name, found in response.context["form"].errors.items()}


# The page -----------------------------------------------------------------------------------------------------------


def test_page_shows_text_rubric_and_no_choice_made(client, proposal):
    page = client.get(page_of(proposal))

    words = page.content.decode()
    assert [part.criterion for part in page.context["parts"]] == Criterion.values
    assert [len(part.levels) for part in page.context["parts"]] == [5, 5, 5, 5]
    assert "Can the example serve as a model for new projects" in words
    assert "The text does not say what another institution would need or could change." in words
    assert "Text zu need." in words
    assert '<form id="section-form"' in words
    assert " checked" not in words.partition('<form id="section-form"')[2]


@pytest.mark.parametrize("number", [3, 30])
def test_pages_ask_a_constant_number_of_statements(own, client, call, django_assert_num_queries, number):
    proposals = [in_review(call) for _number in range(number)]
    declared(own, *proposals)
    for other in seats(call, number // 7):
        hand_in(other, proposals[0])

    with django_assert_num_queries(16):
        client.get(page_of(proposals[0]))
    hand_in(own, proposals[0])
    with django_assert_num_queries(23):
        client.get(page_of(proposals[0]))
    with django_assert_num_queries(13):
        client.get(LIST)


def with_file(call):
    """Return the attachment of a proposal that is assessed; once it is handed in, none can be added."""
    proposal = complete(draft_of(call))
    file = Attachment(example=proposal.example, file="attachments/a.pdf", title_de="Anlage", position=1)
    Attachment.objects.bulk_create([file])
    for target in ROUTES[Status.IN_REVIEW]:
        STEPS[target](proposal)
        proposal.refresh_from_db()
    return proposal, file


def test_attachment_is_handed_out_only_to_whom_the_text_is_open(own, client, call, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "attachments").mkdir()
    (tmp_path / "attachments" / "a.pdf").write_bytes(b"%PDF-1.7")
    (proposal, file), (other, unseen) = with_file(call), with_file(call)
    declared(own, proposal)

    asked = [(other, unseen), (proposal, unseen), (proposal, file)]
    page = client.get(page_of(proposal)).content.decode()

    answers = [client.get(page_of(one, f"files/{attachment.pk}/")) for one, attachment in asked]
    answers[-1].close()

    assert [answer.status_code for answer in answers] == [404, 404, 200]
    assert page_of(proposal, f"files/{file.pk}/") in page


# Drafts -------------------------------------------------------------------------------------------------------------


def test_draft_is_saved_and_shown_again(client, proposal):
    response = client.post(sheet_of(proposal), sent(innovative="cannot", efficient=""))

    assert (response.url, told(response)) == (
        page_of(proposal),
        ["Your draft is saved. Nobody else sees it."],
    )
    found = stored()
    assert scores_of(found) == {**ALL_FOUR, "innovative": None, "efficient": None}
    assert found.scores.get(criterion="innovative").cannot_assess is True
    assert (found.advice, found.saves, found.handed_in_at) == ("approve", 1, None)
    form = client.get(page_of(proposal)).context["form"]
    assert (form["innovative"].value(), form["efficient"].value()) == ("cannot", "")


def test_other_window_gets_both_texts_and_overwrites_nothing(client, proposal):
    client.post(sheet_of(proposal), sent(innovative_comment="From the first."))

    response = client.post(sheet_of(proposal), sent(innovative_comment="From the second.", advice="reject"))

    assert response.status_code == 409
    assert [(name, words) for name, _field, words in response.context["stored"]] == [
        ("innovative_comment", "From the first."),
        ("advice", "Approve"),
    ]
    assert response.context["form"]["innovative_comment"].value() == "From the second."
    assert stored().scores.get(criterion="innovative").comment == "From the first."
    client.post(sheet_of(proposal), sent(version=1, innovative_comment="From the second."))
    assert stored().scores.get(criterion="innovative").comment == "From the second."


def test_same_text_from_an_old_page_is_no_conflict(client, proposal):
    client.post(sheet_of(proposal), sent())

    response = client.post(sheet_of(proposal), sent())

    assert (response.status_code, stored().saves) == (302, 1)


def test_autosave_stores_and_tells_the_version(client, proposal):
    response = client.post(page_of(proposal, "autosave/"), sent(points="3"))

    answer = response.json()
    assert (response.status_code, answer["version"], answer["errors"]) == (200, 1, [])
    assert scores_of(stored()) == dict.fromkeys(Criterion.values, 3)


def test_autosave_of_an_old_page_is_refused(client, proposal):
    client.post(page_of(proposal, "autosave/"), sent())

    response = client.post(page_of(proposal, "autosave/"), sent(points="1"))

    assert (response.status_code, response.json()) == (409, {"version": 1})
    assert scores_of(stored()) == ALL_FOUR


# Handing in ---------------------------------------------------------------------------------------------------------


def test_hand_in_freezes_and_leads_to_what_everybody_said(client, proposal):
    response = client.post(sheet_of(proposal), sent(then="hand_in"))

    assert response.url == page_of(proposal)
    assert stored().handed_in_at is not None
    page = client.get(page_of(proposal))
    assert "You handed in on" in page.content.decode()
    assert 'id="section-form"' not in page.content.decode()


def test_hand_in_and_next_leads_on_and_in_the_end_to_the_list(own, client, call, proposal):
    later, earlier_done = in_review(call), in_review(call)
    hand_in(own, earlier_done)
    declared(own, later)

    first = client.post(sheet_of(proposal), sent(then="hand_in_next"))
    last = client.post(sheet_of(later), sent(then="hand_in_next"))

    assert (first.url, last.url) == (page_of(later), LIST)


def test_next_begins_again_with_the_first(own, client, call, proposal):
    later = in_review(call)
    declared(own, later)

    assert client.post(sheet_of(later), sent(then="hand_in_next")).url == page_of(proposal)


def test_missing_parts_are_named_and_what_was_typed_is_stored(client, proposal):
    data = sent(then="hand_in", transferable="", innovative="5", innovative_comment=" ", advice="")

    response = client.post(sheet_of(proposal), data)

    assert errors(response) == {
        "transferable": ["Choose a level, or that it cannot be assessed from the text."],
        "innovative_comment": ["This level needs a comment: what led you to it?"],
        "advice": ["Choose a recommendation."],
    }
    found = stored()
    assert scores_of(found) == {**ALL_FOUR, "transferable": None, "innovative": 5}
    assert found.handed_in_at is None
    assert f'name="version" value="{found.saves}"' in response.content.decode()


def test_levels_that_need_a_comment_take_either_of_the_two(client, proposal):
    needed = {}
    for version, points in enumerate(["1", "2", "3", "4", "5", "cannot"]):
        data = sent(version=version, then="hand_in", advice="", innovative=points, innovative_comment="")
        needed[points] = "innovative_comment" in errors(client.post(sheet_of(proposal), data))
    assert needed == {"1": True, "2": True, "3": False, "4": False, "5": True, "cannot": True}

    data = sent(version=6, then="hand_in", innovative_comment="", innovative_passed_on="Tell more.")
    client.post(sheet_of(proposal), {**data, "innovative": "cannot"})

    assert stored().handed_in_at is not None


def test_last_one_to_hand_in_ends_the_assessment(client, call, proposal):
    for other in seats(call, 3):
        hand_in(other, proposal)

    client.post(sheet_of(proposal), sent(then="hand_in"))

    proposal.refresh_from_db()
    assert proposal.status == Status.DECISION_PENDING


def test_hand_in_is_refused_for_a_text_that_was_not_shown(own, client, proposal):
    judging.begin(own, proposal)
    new_version(proposal, need_de="Ein neuer Text.")

    response = client.post(sheet_of(proposal, text=1), sent(then="hand_in"))

    assert "The text of the proposal has changed" in errors(response)["__all__"][0]
    assert "The text has changed since you began: version 1 to 2" in response.content.decode()
    assert (stored().saves, stored().handed_in_at) == (1, None)


def test_hand_in_counts_for_the_text_that_was_shown(own, client, proposal):
    """Also where the draft was begun before the text changed."""
    judging.begin(own, proposal)
    new_version(proposal, need_de="Ein neuer Text.")

    client.post(sheet_of(proposal, text=2), sent(then="hand_in"))

    assert stored().version.number == 2


# What is refused keeps the text ---------------------------------------------------------------------------------------


def refuse_handed_in(own, proposal):
    hand_in(own, proposal)


def refuse_over(own, proposal):
    moved(proposal, Status.DISCUSSION)


def refuse_withdrawn(own, proposal):
    workflow.withdraw(proposal, by=proposal.submitted_by)


def refuse_conflict(own, proposal):
    member_of(proposal.example.network, own.user)


@pytest.mark.parametrize(
    ("happens", "status"),
    [(refuse_handed_in, 409), (refuse_over, 409), (refuse_withdrawn, 404), (refuse_conflict, 404)],
    ids=["handed in", "over", "withdrawn", "conflict"],
)
def test_refused_text_is_shown_again(own, proposal, happens, status):
    happens(own, proposal)
    before = list(Score.objects.values_list("comment", flat=True))

    for then in ("save", "hand_in"):
        response = member(own).post(sheet_of(proposal), sent(then=then, innovative_comment="Long thoughts."))

        words = response.content.decode()
        assert response.status_code == status
        assert "Your text is still here" in words
        assert "Long thoughts." in words
        assert "Text zu need" not in words
    assert list(Score.objects.values_list("comment", flat=True)) == before


@pytest.mark.parametrize(
    ("happens", "status", "reason"),
    [
        (refuse_handed_in, 409, "not_writable"),
        (refuse_over, 409, "not_writable"),
        (refuse_conflict, 404, "not_found"),
    ],
    ids=["handed in", "over", "conflict"],
)
def test_autosave_says_why_nothing_was_stored(own, proposal, happens, status, reason):
    happens(own, proposal)

    response = member(own).post(page_of(proposal, "autosave/"), sent())

    assert (response.status_code, response.json()["reason"]) == (status, reason)


def test_lost_session_shows_the_text_and_takes_it_again(own, client, proposal):
    Session.objects.all().delete()

    kept = client.post(sheet_of(proposal), sent(innovative_comment="Long thoughts."))

    words = kept.content.decode()
    assert (kept.status_code, "Long thoughts." in words) == (403, True)
    assert f'action="{sheet_of(proposal)}"' in words
    again = dict(kept.context["others"])
    again |= {text.name: text.value for text in kept.context["texts"]}
    signed_in(own.user, client).post(sheet_of(proposal), {**again, "whole": "1"})
    found = stored()
    assert scores_of(found) == ALL_FOUR
    assert found.scores.get(criterion="innovative").comment == "Long thoughts."


def test_lost_second_factor_counts_as_signed_out(own, proposal):
    client = Client()
    client.force_login(own.user)

    response = client.post(sheet_of(proposal), sent(innovative_comment="Long thoughts."))

    assert (response.status_code, "Long thoughts." in response.content.decode()) == (403, True)


def test_old_token_shows_the_text_to_its_writer_only(own, proposal):
    client = signed_in(own.user, Client(enforce_csrf_checks=True))
    data = sent(innovative_comment="Long thoughts.")

    from_here = client.post(sheet_of(proposal), data, **ORIGIN)
    from_elsewhere = client.post(sheet_of(proposal), data)

    assert (from_here.status_code, "Long thoughts." in from_here.content.decode()) == (403, True)
    assert (from_elsewhere.status_code, "Long thoughts." in from_elsewhere.content.decode()) == (403, False)
    assert not Assessment.objects.exists()


# Whatever a browser may send ------------------------------------------------------------------------------------------


HOSTILE = [
    ("innovative", ["7", "0", "-1", "4.5", "none", "４", "' OR 1=1"]),
    ("advice", ["publish"]),
    ("innovative_comment", ["x" * 5001]),
    ("version", ["x", "-1", "99999999999999999999"]),
]


def test_what_cannot_be_read_is_not_stored(client, proposal):
    client.post(sheet_of(proposal), sent())
    answers = {}
    for field, values in HOSTILE:
        for value in values:
            data = sent(**{"version": stored().saves, "then": "hand_in", field: value})
            response = client.post(sheet_of(proposal), data)
            answers[field, value] = (response.status_code, list(errors(response)))

    assert answers == {(field, value): (200, [field]) for field, values in HOSTILE for value in values}
    assert stored().handed_in_at is None
    assert (scores_of(stored()), stored().advice) == (ALL_FOUR, "approve")


def test_unknown_fields_are_passed_over(client, proposal):
    data = sent(then="delete", feasible="5", reason="Later.", seat="1", handed_in_at="2026-01-01")

    client.post(sheet_of(proposal), data)

    assert scores_of(stored()) == ALL_FOUR
    assert (stored().reason, stored().handed_in_at) == ("", None)


@pytest.mark.parametrize("step", ["", "autosave/"])
def test_form_that_came_in_part_empties_nothing(client, proposal, step):
    client.post(sheet_of(proposal), sent())

    response = client.post(page_of(proposal, step), {"version": "1", "then": "hand_in"})

    assert response.status_code == (422 if step else 200)
    assert scores_of(stored()) == ALL_FOUR
    assert stored().handed_in_at is None


def test_nul_is_refused(client, proposal):
    steps = ["", "autosave/", "conflict/", "again/", "reconfirm/"]
    data = sent(innovative_comment="a\0b")

    assert [client.post(page_of(proposal, step), data).status_code for step in steps] == [400] * 5


def test_addresses_that_only_take_forms_refuse_to_be_read(client, proposal):
    steps = ["autosave/", "again/autosave/", "reconfirm/"]

    assert [client.get(page_of(proposal, step)).status_code for step in steps] == [405] * 3


def test_unknown_proposals_do_not_exist(client, proposal):
    references = ["GP-2026-9999", "x", "ü", "%00"]

    assert [client.get(f"{LIST}{one}/").status_code for one in references] == [404, 404, 404, 400]


def test_undeclared_member_cannot_store_anything(call, own, client):
    other = in_review(call)

    response = client.post(sheet_of(other), sent(then="hand_in"))

    assert (response.status_code, Assessment.objects.count()) == (409, 0)


def test_what_is_to_be_decided_takes_no_assessment(own, client, proposal):
    judging.save(judging.begin(own, proposal), draft(), seen=0)
    moved(proposal, Status.DISCUSSION)
    moved(type(proposal).objects.get(pk=proposal.pk), Status.DECISION_PENDING)

    response = client.get(page_of(proposal))

    assert "This proposal is not assessed any more" in response.content.decode()
    assert client.post(sheet_of(proposal), sent(version=1)).status_code == 409
