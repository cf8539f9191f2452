"""The pages of the form: what is stored, what is refused, and that one text never replaces another unseen."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessment import workflow
from assessment.models import Proposal, ProposalEditor
from assessment.sections import SECTIONS
from catalogue.models import ContactPerson, Example
from goodpractice.accounts.models import Membership
from tests.assessment.factories import complete, draft, member_of, submitted
from tests.assessment.form import co_editor, fields_of, page_of, signed_in, typed, url_of, version_of
from tests.factories import (
    AudienceFactory,
    FederalStateFactory,
    NetworkFactory,
    TargetGroupFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db

MOST_BYTES = 40_000


@pytest.fixture
def proposal():
    return draft(title_de="Lotsen im Jobcenter")


@pytest.fixture
def client(proposal):
    return signed_in(proposal.submitted_by)


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.key)
def test_section_page_is_whole_and_light_with_all_words_of_the_catalogue(section, proposal, client):
    complete(proposal)
    for make in (TopicFactory, TargetGroupFactory, AudienceFactory, FederalStateFactory):
        make.create_batch(20)
    NetworkFactory.create_batch(60, name="Regionales Integrationsnetzwerk Musterland Nord und Süd")

    response = client.get(url_of(proposal, section.key))

    assert (response.status_code, "whole" in fields_of(response)) == (200, True)
    assert len(response.content) <= MOST_BYTES


def test_section_asks_the_same_number_of_statements_for_one_and_three_rows(proposal, client):
    counts = []
    for position in (1, 2, 3):
        ContactPerson.objects.create(example=proposal.example, name=f"Büro {position}", position=position)
        with CaptureQueriesContext(connection) as queries:
            client.get(url_of(proposal, "contacts"))
        counts.append(len(queries))

    assert counts[0] == counts[2]


def test_text_is_saved_and_leads_to_the_next_section(proposal, client):
    response = client.post(
        url_of(proposal),
        typed(client, proposal, summary_de="Drei Sätze.\r\nNoch einer.", title_en="Guides", then="next"),
    )

    assert (response.status_code, response.url) == (302, url_of(proposal, "audience"))
    example = Example.objects.get(pk=proposal.example_id)
    assert (example.summary_de, example.title_en, example.title_de) == (
        "Drei Sätze.\nNoch einer.",
        "Guides",
        "Lotsen im Jobcenter",
    )
    save = proposal.section_saves.get()
    assert (save.section, save.version, save.saved_by) == ("basics", 1, proposal.submitted_by)


@pytest.mark.parametrize(
    ("key", "then", "target"),
    [
        ("basics", "overview", lambda proposal: proposal.get_absolute_url()),
        ("attachments", "next", lambda proposal: page_of(proposal, "proposal_check")),
        ("effort", "", lambda proposal: url_of(proposal, "contacts")),
        ("basics", "https://evil.example/", lambda proposal: url_of(proposal, "audience")),
    ],
)
def test_button_leads_on(proposal, client, key, then, target):
    response = client.post(url_of(proposal, key), typed(client, proposal, key, then=then))

    assert (response.status_code, response.url) == (302, target(proposal))


def test_unchanged_section_counts_no_version(proposal, client):
    client.post(url_of(proposal), typed(client, proposal, then="next"))

    assert version_of(proposal) is None


def test_section_may_be_emptied_again(proposal, client):
    Example.objects.filter(pk=proposal.example_id).update(title_en="Guides", summary_de="Drei Sätze.")

    client.post(url_of(proposal), typed(client, proposal, title_de="", summary_de=""))

    example = Example.objects.get(pk=proposal.example_id)
    assert (example.title_de, example.title_en, example.summary_de) == ("", "Guides", "")


def test_lists_of_words_are_saved(proposal, client):
    topics, state = TopicFactory.create_batch(3), FederalStateFactory()

    client.post(
        url_of(proposal, "audience"),
        typed(
            client,
            proposal,
            "audience",
            topics=[topics[0].pk, topics[2].pk],
            states=state.pk,
            is_nationwide="on",
        ),
    )

    example = Example.objects.get(pk=proposal.example_id)
    assert set(example.topics.all()) == {topics[0], topics[2]}
    assert (list(example.states.all()), example.is_nationwide) == ([state], True)


def test_figures_take_a_comma_and_are_shown_with_it(proposal, client):
    client.post(
        url_of(proposal, "effort"),
        typed(client, proposal, "effort", staff_fte="0,5", setup_weeks="8", cost_band="up_to_5k"),
    )

    example = Example.objects.get(pk=proposal.example_id)
    assert (str(example.staff_fte), example.setup_weeks, example.cost_band) == ("0.5", 8, "up_to_5k")
    assert fields_of(client.get(url_of(proposal, "effort")))["staff_fte"] == "0,5"


@pytest.mark.parametrize(
    ("key", "name", "value"),
    [
        ("basics", "title_de", "x" * 101),
        ("basics", "kind", "miracle"),
        ("basics", "kind", None),
        ("organisation", "running_since", "3000"),
        ("organisation", "running_since", "1899"),
        ("organisation", "running_since", "neulich"),
        ("organisation", "running_since", "9" * 5000),
        ("organisation", "network", "987654321987654321987654321"),
        ("organisation", "networks", "x"),
        ("organisation", "organisation", "x" * 201),
        ("solution", "need_de", "x" * 3001),
        ("effort", "staff_fte", "-1"),
        ("effort", "staff_fte", "NaN"),
        ("effort", "staff_fte", "12345"),
        ("effort", "staff_fte", "1e9999999"),
        ("effort", "setup_weeks", "521"),
        ("effort", "cost_band", "free"),
        ("audience", "topics", "987654321987654321987654321"),
    ],
)
def test_impossible_value_is_shown_again_and_nothing_of_it_stored(proposal, client, key, name, value):
    before = Example.objects.filter(pk=proposal.example_id).values().get()

    response = client.post(url_of(proposal, key), typed(client, proposal, key, **{name: value}))

    assert response.status_code == 200
    errors = response.context["problems"]
    assert [error.anchor.removesuffix("_0") for error in errors] == [f"id_{name}"]
    if isinstance(value, str) and name not in ("kind", "network", "networks", "topics", "cost_band"):
        assert fields_of(response)[name] == value
    assert {**Example.objects.filter(pk=proposal.example_id).values().get(), "changed_at": 0} == {
        **before,
        "changed_at": 0,
    }


def test_valid_fields_are_stored_beside_an_impossible_one_and_the_next_save_works(proposal, client):
    response = client.post(
        url_of(proposal, "organisation"),
        typed(
            client,
            proposal,
            "organisation",
            organisation="Musterbüro",
            running_since="3000",
            subproject="Teil",
        ),
    )

    example = Example.objects.get(pk=proposal.example_id)
    assert (example.organisation, example.subproject, example.running_since) == ("Musterbüro", "Teil", None)
    again = fields_of(response)
    assert (again["running_since"], again["version"]) == ("3000", "1")

    response = client.post(url_of(proposal, "organisation"), {**again, "running_since": "2020"})

    assert response.status_code == 302
    assert Example.objects.get(pk=proposal.example_id).running_since == 2020


def test_years_that_contradict_each_other_are_both_shown_again(proposal, client):
    Example.objects.filter(pk=proposal.example_id).update(running_since=2019, running_until=2020)

    response = client.post(
        url_of(proposal, "organisation"),
        typed(client, proposal, "organisation", running_since="2022", organisation="Musterbüro"),
    )

    assert [error.anchor for error in response.context["problems"]] == ["id_running_until"]
    assert (fields_of(response)["running_since"], fields_of(response)["running_until"]) == ("2022", "2020")
    example = Example.objects.get(pk=proposal.example_id)
    assert (example.running_since, example.running_until, example.organisation) == (2019, 2020, "Musterbüro")


def test_limit_counts_a_line_break_once_and_the_browser_cuts_nothing(proposal, client):
    text = "ab\r\n" * 1000  # 3,000 characters as people count, 4,000 as they are sent

    page = client.get(url_of(proposal, "solution"))
    client.post(url_of(proposal, "solution"), typed(client, proposal, "solution", need_de=f"{text[:-2]}c"))

    assert "maxlength" not in page.content.decode()
    assert Example.objects.get(pk=proposal.example_id).need_de == f"{text[:-2]}c".replace("\r\n", "\n")


def test_fields_that_did_not_arrive_are_not_emptied(proposal, client):
    topic = TopicFactory()
    proposal.example.topics.add(topic)
    Example.objects.filter(pk=proposal.example_id).update(is_nationwide=True)

    response = client.post(url_of(proposal, "audience"), {"version": "0", "then": "next"})

    assert (response.status_code, response.context["is_cut_off"]) == (200, True)
    example = Example.objects.get(pk=proposal.example_id)
    assert (list(example.topics.all()), example.is_nationwide) == ([topic], True)


def test_what_arrived_of_a_form_that_was_cut_off_is_stored(proposal, client):
    client.post(url_of(proposal), {"version": "0", "title_en": "Guides"})

    example = Example.objects.get(pk=proposal.example_id)
    assert (example.title_en, example.title_de) == ("Guides", "Lotsen im Jobcenter")


def test_networks_to_choose_from_are_those_of_submitter_and_writer(proposal):
    writer, ended = co_editor(proposal), NetworkFactory()
    own = NetworkFactory()
    member_of(own, writer)
    member_of(ended, writer)
    Membership.objects.filter(user=writer, network=ended).update(until="2025-01-01")
    NetworkFactory()

    page = signed_in(writer).get(url_of(proposal, "organisation")).context["page"]

    assert set(page.form.fields["network"].queryset) == {proposal.example.network, own}


def test_co_submitting_networks_are_saved(proposal, client):
    other = NetworkFactory()

    client.post(
        url_of(proposal, "organisation"), typed(client, proposal, "organisation", networks=[other.pk])
    )

    assert list(proposal.networks.all()) == [other]


# Two texts ------------------------------------------------------------------------------------------------


def test_old_tab_is_shown_both_texts_and_chooses(proposal, client):
    old_tab = typed(client, proposal, summary_de="Aus dem alten Tab.", benefit_de="Nutzen alt.")
    client.post(
        url_of(proposal), typed(client, proposal, summary_de="Aus dem neuen Tab.", benefit_de="Nutzen neu.")
    )

    response = client.post(url_of(proposal), old_tab)

    assert response.status_code == 409
    conflicts = response.context["page"].conflicts
    assert {name: conflict.stored for name, conflict in conflicts.items()} == {
        "benefit_de": "Nutzen neu.",
        "summary_de": "Aus dem neuen Tab.",
    }
    again = fields_of(response)
    assert (again["summary_de"], again["choice-summary_de"], again["version"]) == (
        "Aus dem alten Tab.",
        "mine",
        "1",
    )
    assert Example.objects.get(pk=proposal.example_id).summary_de == "Aus dem neuen Tab."

    response = client.post(url_of(proposal), {**again, "choice-benefit_de": "stored", "then": "next"})

    assert response.status_code == 302
    example = Example.objects.get(pk=proposal.example_id)
    assert (example.summary_de, example.benefit_de) == ("Aus dem alten Tab.", "Nutzen neu.")
    assert version_of(proposal) == 2


def test_stored_words_figures_and_boxes_can_be_chosen(proposal, client):
    topics = TopicFactory.create_batch(2)
    old_tab = typed(client, proposal, "audience", topics=[topics[0].pk], is_nationwide=None)
    client.post(
        url_of(proposal, "audience"),
        typed(client, proposal, "audience", topics=[topics[1].pk], is_nationwide="on"),
    )
    again = fields_of(client.post(url_of(proposal, "audience"), old_tab))

    client.post(
        url_of(proposal, "audience"), {**again, "choice-topics": "stored", "choice-is_nationwide": "stored"}
    )

    example = Example.objects.get(pk=proposal.example_id)
    assert (list(example.topics.all()), example.is_nationwide) == ([topics[1]], True)


def test_old_tab_with_the_stored_text_is_no_conflict(proposal, client):
    old_tab = typed(client, proposal, summary_de="Derselbe Text.")
    client.post(url_of(proposal), old_tab)

    response = client.post(url_of(proposal), {**old_tab, "then": "next"})

    assert (response.status_code, version_of(proposal)) == (302, 1)


def test_two_people_in_one_section_each_see_what_the_other_stored(proposal, client):
    writer = co_editor(proposal)
    other = signed_in(writer)
    mine = typed(client, proposal, summary_de="Von mir.")
    other.post(url_of(proposal), typed(other, proposal, summary_de="Von der Kollegin."))

    response = client.post(url_of(proposal), mine)

    assert response.status_code == 409
    assert response.context["page"].conflicts["summary_de"].saved.saved_by == writer
    assert fields_of(response)["summary_de"] == "Von mir."


def test_two_people_in_two_sections_do_not_meet(proposal, client):
    other = signed_in(co_editor(proposal))
    mine = typed(client, proposal, summary_de="Von mir.")
    other.post(url_of(proposal, "solution"), typed(other, proposal, "solution", need_de="Von der Kollegin."))

    response = client.post(url_of(proposal), mine)

    example = Example.objects.get(pk=proposal.example_id)
    assert (response.status_code, example.summary_de, example.need_de) == (
        302,
        "Von mir.",
        "Von der Kollegin.",
    )


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 400, "0", "٣"])
def test_version_that_was_never_seen_is_an_old_one(proposal, client, version):
    client.post(url_of(proposal), typed(client, proposal, summary_de="Gespeichert."))

    response = client.post(url_of(proposal), typed(client, proposal, summary_de="Blind.", version=version))

    assert response.status_code == 409
    assert Example.objects.get(pk=proposal.example_id).summary_de == "Gespeichert."


# Whose turn -----------------------------------------------------------------------------------------------


def test_text_typed_while_the_proposal_was_handed_in_is_shown_to_copy(proposal, client):
    mine = typed(client, proposal, summary_de="Zu spät getippt.")
    submitted(proposal)

    response = client.post(url_of(proposal), mine)

    assert (response.status_code, response.templates[0].name) == (409, "assessment/proposal_kept.html")
    assert ("summary_de", "Zu spät getippt.") in [
        (text.name, text.value) for text in response.context["texts"]
    ]
    assert Example.objects.get(pk=proposal.example_id).summary_de == "Text zu summary."


def test_unchanged_section_of_a_proposal_that_was_handed_in_is_refused_as_well(proposal, client):
    complete(proposal)
    mine = typed(client, proposal)
    submitted_one = workflow.submit(
        Proposal.objects.get(pk=proposal.pk),
        by=proposal.submitted_by,
        declaration=workflow.Declaration(tried_since=2021, has_rights=True),
        arrived=proposal.created_at,
    )

    assert client.post(url_of(submitted_one), mine).status_code == 409


def test_form_of_a_proposal_that_was_handed_in_leads_to_where_it_stands(proposal, client):
    submitted(proposal)

    response = client.get(url_of(proposal))

    assert (response.status_code, response.url) == (302, proposal.get_absolute_url())


def test_stranger_finds_nothing(proposal):
    assert signed_in(member_of(NetworkFactory())).get(url_of(proposal)).status_code == 404


def test_reader_may_not_write_and_keeps_what_was_typed(proposal, client):
    reader = signed_in(co_editor(proposal, ProposalEditor.Right.VIEW))

    assert reader.get(url_of(proposal)).status_code == 403
    response = reader.post(url_of(proposal), typed(client, proposal, summary_de="Von der Leserin."))

    assert (response.status_code, response.templates[0].name) == (403, "assessment/proposal_kept.html")
    assert Example.objects.get(pk=proposal.example_id).summary_de == ""


@pytest.mark.parametrize("key", ["nonsense", "basics-2", "x" * 300])
def test_unknown_section_is_not_found(proposal, client, key):
    address = reverse("assessment:proposal_section", args=[proposal.reference, key])

    assert client.get(address).status_code == 404
    assert client.post(address, {"title_de": "x"}).status_code == 404


def test_unknown_proposal_is_not_found(client):
    assert (
        client.get(reverse("assessment:proposal_section", args=["GP-1999-0001", "basics"])).status_code == 404
    )
