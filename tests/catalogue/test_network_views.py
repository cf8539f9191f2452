"""The list of networks (search, facets, pages) and one profile (parts, succession, contacts, sources)."""

import datetime
import html
import itertools
import json
import re
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import translation

from catalogue.models import Consent, Network, SocialMedia
from catalogue.network_filters import NetworkFilter
from tests.factories import (
    ContactPersonFactory,
    ExampleFactory,
    FederalStateFactory,
    FieldOfActionFactory,
    FormalisationFactory,
    LinkFactory,
    MemberKindFactory,
    NetworkFactory,
    NetworkTypeFactory,
    TargetGroupFactory,
)

pytestmark = pytest.mark.django_db

LIST = "/en/networks/"
CENTRE = Network.Category.COMPETENCE_CENTRE
THIS_YEAR = datetime.date.today().year


def names(response):
    return [network.name for network in response.context["result"].networks]


def found(parameters):
    return NetworkFilter(QueryDict(urlencode(parameters)), Network.objects.published())


def text_of(response):
    """Return the words of the page's main part, without mark-up."""
    main = re.search(r"<main.*</main>", response.content.decode(), re.DOTALL).group()
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def texts(name, german="", english=""):
    return {f"{name}_de": german, f"{name}_en": english}


# List -----------------------------------------------------------------------------------------------------


def test_network_list_shows_published_networks_by_name_the_ended_last(client):
    NetworkFactory(name="Zoo")
    NetworkFactory(name="Äpfel")
    NetworkFactory(name="Aal", valid_until=THIS_YEAR - 1)
    NetworkFactory(name="Birne", valid_until=THIS_YEAR)
    NetworkFactory(name="Draft", is_published=False)

    response = client.get(LIST)

    assert names(response) == ["Äpfel", "Birne", "Zoo", "Aal"]
    assert response.context["section"] == "networks"


@pytest.mark.parametrize(
    "query",
    [
        "THÜRINGEN",
        "thueringen",
        "thuringen",
        "thuringia",
        "erfurt",
        "bildungswerk erfurt",
        "Grossenhain",
        "träger",
    ],
)
def test_network_list_finds_name_place_state_and_organisation_however_umlauts_are_written(client, query):
    state = FederalStateFactory(slug="thueringen", name_de="Thüringen", name_en="Thuringia")
    NetworkFactory(
        name="Netz der Träger",
        states=[state],
        **texts("location", "Erfurt und Großenhain", "Erfurt"),
        **texts("coordinating_organisation", "Bildungswerk"),
    )
    NetworkFactory(name="Other")

    response = client.get(LIST, {"q": query})

    assert names(response) == ["Netz der Träger"]


def test_network_list_needs_every_word(client):
    NetworkFactory(name="Netz Nord")
    NetworkFactory(name="Netz Ost")

    assert names(client.get(LIST, {"q": "netz ost"})) == ["Netz Ost"]
    assert names(client.get(LIST, {"q": "nord ost"})) == []


def test_network_list_query_without_letters_filters_nothing(client):
    NetworkFactory(name="Netz")

    assert names(client.get(LIST, {"q": "%_ !"})) == ["Netz"]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"category": ["competence_centre"]}, ["C", "D"]),
        ({"category": ["competence_centre", "regional_network"]}, ["A", "B", "C", "D"]),
        ({"state": ["north"]}, ["A", "B"]),
        ({"state": ["north", "south"]}, ["A", "B", "C"]),
        ({"state": ["south"], "category": ["regional_network"]}, ["B"]),
        ({"type": ["mixed"]}, ["A"]),
        ({"current": ["1"]}, ["A", "B", "C"]),
    ],
    ids=str,
)
def test_network_list_filters_or_inside_a_facet_and_across(client, parameters, expected):
    north, south = FederalStateFactory(slug="north"), FederalStateFactory(slug="south")
    NetworkFactory(name="A", states=[north], network_type=NetworkTypeFactory(slug="mixed"))
    NetworkFactory(name="B", states=[north, south])
    NetworkFactory(name="C", states=[south], category=CENTRE)
    NetworkFactory(name="D", category=CENTRE, valid_until=THIS_YEAR - 1)

    assert names(client.get(LIST, parameters)) == expected


def test_network_list_facet_counts_equal_what_the_list_then_shows():
    states = FederalStateFactory.create_batch(3)
    types = NetworkTypeFactory.create_batch(2)
    for number in range(24):
        NetworkFactory(
            name=f"Netz {number}",
            states=states[: number % 4],
            network_type=[*types, None][number % 3],
            category=Network.Category.values[number % 2],
            valid_until=THIS_YEAR - 1 if number % 5 == 0 else None,
        )
    choices = [
        {},
        {"state": [states[0].slug]},
        {"q": "netz 1"},
        {"current": "1", "category": "competence_centre"},
    ]

    wrong = [
        (chosen, facet.name, value)
        for chosen in choices
        for facet in found(chosen).facets
        for value in facet.values
        if found({**chosen, facet.name: value.value}).page.total != value.count
    ]

    assert wrong == []


def test_network_list_chips_lead_to_the_list_without_them(client):
    FederalStateFactory(slug="north", name_en="North")
    FederalStateFactory(slug="south", name_en="South")

    response = client.get(f"{LIST}?q=netz&state=north&state=south&current=1&page=3&junk=1")

    assert [(chip.label, chip.query_string) for chip in response.context["found"].chips] == [
        ("“netz”", "state=north&state=south&current=1"),
        ("North", "q=netz&state=south&current=1"),
        ("South", "q=netz&state=north&current=1"),
        ("only networks that exist today", "q=netz&state=north&state=south"),
    ]


def test_network_list_map_leads_to_one_state_and_keeps_the_rest(client):
    NetworkFactory(
        name="Netz", states=[FederalStateFactory(slug="bayern", name_en="Bavaria", iso_code="DE-BY")]
    )

    response = client.get(f"{LIST}?q=netz&state=bayern")

    state = response.context["found"].map.states[0]
    assert (state.text, state.url, state.is_current) == (
        "Bavaria: 1 network",
        f"{LIST}?q=netz&state=bayern",
        True,
    )


@pytest.mark.parametrize(
    ("parameter", "label"),
    [
        ("category", "Category"),
        ("state", "Federal state"),
        ("type", "Type of network"),
        ("current", "Period"),
    ],
)
def test_network_list_says_what_it_cannot_read_and_filters_nothing_by_it(client, parameter, label):
    NetworkFactory(name="Netz")

    response = client.get(LIST, {parameter: "<b>junk"})

    assert names(response) == ["Netz"]
    assert f"{label}: There is no such choice." in text_of(response)
    assert "junk" not in text_of(response)


def test_network_list_refuses_a_query_that_is_too_long(client):
    NetworkFactory(name="Netz")

    response = client.get(LIST, {"q": "x" * 201})

    assert names(response) == ["Netz"]
    assert list(response.context["found"].form.errors) == ["q"]


def test_network_list_without_a_hit_offers_a_way_back(client):
    response = client.get(LIST, {"q": "nothing"})

    assert f'<a href="{LIST}">Show all networks</a>' in response.content.decode()


@pytest.mark.parametrize(("number", "pages"), [(59, 1), (60, 2), (61, 3)], ids=str)
def test_network_list_has_pages_from_sixty_networks_on(client, number, pages):
    NetworkFactory.create_batch(number)

    result = client.get(LIST).context["result"]

    assert (result.pages, len(result.networks)) == (pages, 59 if pages == 1 else 30)


@pytest.mark.parametrize(
    ("asked", "page", "previous", "following"),
    [
        ("1", 1, None, "q=netz&page=2"),
        ("2", 2, "q=netz", None),
        ("99", 2, "q=netz", None),
        ("x", 1, None, "q=netz&page=2"),
    ],
    ids=["first", "last", "beyond the last", "not a number"],
)
def test_network_list_pages_lead_to_their_neighbours(client, asked, page, previous, following):
    NetworkFactory.create_batch(60)

    result = client.get(LIST, {"q": "netz", "page": asked}).context["result"]

    assert (result.page, result.previous, result.next) == (page, previous, following)


def test_network_list_row_says_until_when_and_what_came_after(client):
    new = NetworkFactory(name="New")
    draft = NetworkFactory(name="Draft", is_published=False)
    NetworkFactory(name="Old", valid_until=2022, successors=[new, draft], is_demo=True)

    text = text_of(client.get(LIST, {"q": "old"}))

    assert "Regional network Demo Old until 2022, continued by New" in text
    assert "Draft" not in text


def test_network_list_row_counts_published_examples(client):
    network = NetworkFactory(name="Netz", states=FederalStateFactory.create_batch(2))
    ExampleFactory.create_batch(2, published=True, network=network)
    ExampleFactory(network=network)
    ExampleFactory(withdrawn=True, network=network)

    assert [found.example_count for found in client.get(LIST).context["result"].networks] == [2]


@pytest.mark.parametrize("number", [1, 30])
def test_network_list_asks_a_constant_number_of_statements(client, django_assert_num_queries, number):
    for _ in range(number):
        network = NetworkFactory(
            states=[FederalStateFactory()], successors=[NetworkFactory()], valid_until=2022
        )
        ExampleFactory(published=True, network=network)

    with django_assert_num_queries(11):
        client.get(LIST)


@pytest.mark.parametrize("name", ["list", "detail"])
def test_network_pages_are_for_reading_only(client, name):
    address = LIST if name == "list" else NetworkFactory().get_absolute_url()

    assert client.post(address).status_code == 405


# Profile --------------------------------------------------------------------------------------------------


@pytest.fixture
def full():
    """A network with every field of seed 002."""
    network = NetworkFactory(
        slug="full",
        name="Full Network",
        founding_year=2012,
        formalisation=FormalisationFactory(name_en="Formal cooperation agreement"),
        network_type=NetworkTypeFactory(name_en="Non-state network"),
        states=[FederalStateFactory(slug="sachsen-anhalt", name_en="Saxony-Anhalt", iso_code="DE-ST")],
        member_kinds=[MemberKindFactory(name_en="Chambers")],
        fields_of_action=[FieldOfActionFactory(name_en="Labour market")],
        target_groups=[TargetGroupFactory(name_en="Migrants"), TargetGroupFactory(name_en="Refugees")],
        website="https://www.example.org/",
        email="office@example.org",
        status_of_information=datetime.date(2021, 1, 1),
        licence="cc-by-4.0",
        **texts("location", english="Saxony-Anhalt / Germany"),
        **texts("coordinating_organisation", english="Caritas"),
        **texts("description", english="First paragraph.\n\nSecond paragraph."),
        **texts("resources", english="Funding"),
        **texts("internal_communication", english="Meetings\nTechniques:\n- Fishbowl"),
        **texts("external_communication", english="Print"),
        **texts("success_factors", english="Fast communication"),
        **texts("challenges", english="Shortage"),
        **texts("evaluation", english="Monitoring"),
        **texts("impact", english="Unique position."),
        **texts("funding_acknowledgement", english="Co-funded by a programme."),
    )
    SocialMedia.objects.create(network=network, platform="twitter", url="https://twitter.example.org/full")
    return network


def test_network_detail_shows_the_four_parts_of_the_document_in_order(client, full):
    parts = client.get("/en/networks/full/").context["parts"]

    assert [(part.number, part.heading, [field.label for field in part.fields]) for part in parts] == [
        (
            1,
            "Facts",
            [
                "Name of the network",
                "Founding year",
                "Location",
                "Federal state(s)",
                "Coordinating organisation",
                "Degree of formalisation",
                "Members",
                "Field(s) of action",
                "Target group(s)",
                "Type of network",
            ],
        ),
        (
            2,
            "Network profile",
            [
                "Brief description",
                "Resources",
                "Internal communication and facilitation techniques",
                "External communication and event formats",
            ],
        ),
        (
            3,
            "Success factors and main challenges",
            [
                "Success factors",
                "Challenges and lessons learnt",
                "Evaluation and sustainability",
                "Impact, innovation and transferability",
            ],
        ),
        (4, "Further information", ["Website, social media", "E-mail address"]),
    ]


def test_network_detail_shows_every_value_lists_as_lists(client, full):
    response = client.get("/en/networks/full/")

    content = response.content.decode()
    assert "<ul><li>Migrants</li><li>Refugees</li></ul>" in content
    assert "<ul><li>Meetings</li><li>Techniques:<ul><li>Fishbowl</li></ul></li></ul>" in content
    assert "<p>First paragraph.</p><p>Second paragraph.</p>" in content
    assert '<li>Twitter: <a href="https://twitter.example.org/full" rel="external">' in content
    assert '<a href="mailto:office@example.org">office@example.org</a>' in content
    assert '<a href="/en/networks/?state=sachsen-anhalt">Saxony-Anhalt</a>' in content
    assert "More is not documented yet." not in content


def test_network_detail_shows_status_of_information_licence_and_funding(client, full):
    response = client.get("/en/networks/full/")

    content, text = response.content.decode(), text_of(response)
    assert "Status of information: January 2021 not reviewed for long" in text
    assert '<a href="https://creativecommons.org/licenses/by/4.0/" rel="license">CC BY 4.0</a>' in content
    assert "Co-funded by a programme." in text


def test_network_detail_with_bare_facts_leaves_the_rest_out_and_says_so_once(client):
    network = NetworkFactory(name="Bare")

    response = client.get(network.get_absolute_url().replace("/de/netzwerke/", LIST))

    assert [part.heading for part in response.context["parts"]] == ["Facts"]
    assert text_of(response).count("More is not documented yet.") == 1
    assert "Status of information: not stated" in text_of(response)
    assert "Licence and funding" not in text_of(response)


def test_network_detail_says_what_came_before_and_after_but_no_draft(client):
    new = NetworkFactory(slug="new", name="New", valid_from=2023)
    draft = NetworkFactory(name="Draft", is_published=False)
    NetworkFactory(slug="old", name="Old", valid_from=2015, valid_until=2022, successors=[new, draft])

    before, after = (text_of(client.get(f"/en/networks/{slug}/")) for slug in ("old", "new"))

    assert "This network existed from 2015 to 2022. Continued by: New" in before
    assert "This network has existed since 2023. Continues the work of: Old" in after
    assert "Draft" not in before + after


def test_network_detail_shows_only_contacts_with_consent_and_no_hidden_address(client):
    network = NetworkFactory(slug="netz")
    for position, (name, shown) in enumerate([("Open office", True), ("Closed office", False)], start=1):
        contact = ContactPersonFactory(
            example=None,
            network=network,
            position=position,
            name=name,
            email=f"office{position}@example.org",
            phone="+49 30 23125 123",
            is_email_shown=shown,
        )
        Consent.objects.create(contact=contact, text_version="1", how=Consent.How.WRITTEN)
        contact.is_published = True
        contact.save()
    ContactPersonFactory(example=None, network=network, position=3, name="Secret office")

    content = client.get("/en/networks/netz/").content.decode()

    assert '<a href="mailto:office1@example.org">' in content
    assert '<a href="tel:+493023125123">' in content
    assert f'href="/en/contact/{contact.pk}/"' in content
    assert "data-nosnippet" in content
    assert "office2@example.org" not in content
    assert "Secret office" not in content


def test_network_detail_shows_sources_with_their_state(client):
    network = NetworkFactory(slug="netz")
    LinkFactory(example=None, network=network, title_en="Report", health="dead")

    text = text_of(client.get("/en/networks/netz/"))

    assert "Report www.example.org · not reachable when last checked" in text


def test_network_detail_lists_its_published_examples_newest_first(client):
    network = NetworkFactory(slug="netz")
    old, new = ExampleFactory.create_batch(2, published=True, network=network)
    ExampleFactory(network=network)
    ExampleFactory(published=True)

    response = client.get("/en/networks/netz/")

    assert response.context["examples"] == [new, old]
    assert response.context["example_list_url"] == ""


def test_network_detail_with_many_examples_leads_to_their_list(client):
    network = NetworkFactory(slug="netz")
    ExampleFactory.create_batch(21, published=True, network=network)

    response = client.get("/en/networks/netz/")

    assert len(response.context["examples"]) == 20
    assert response.context["example_list_url"] == "/en/examples/?network=netz"


def test_network_detail_in_the_other_language_says_so_and_marks_the_parts(client, full):
    content = client.get("/de/netzwerke/full/").content.decode()

    assert content.count('class="foreign-note"') == 1
    assert '<div lang="en"><ul><li>Fast communication</li></ul></div>' in content


def test_network_detail_without_foreign_parts_has_no_note(client, full):
    assert 'class="foreign-note"' not in client.get("/en/networks/full/").content.decode()


def test_network_detail_describes_itself_as_data_that_cannot_end_its_element(client):
    NetworkFactory(slug="netz", name="Netz </script><script>alert(1)</script> & Co", founding_year=2012)

    content = client.get("/en/networks/netz/").content.decode()

    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', content).group(1)
    assert json.loads(data) == {
        "@context": "https://schema.org",
        "@type": "Organization",
        "name": "Netz </script><script>alert(1)</script> & Co",
        "url": "http://testserver/en/networks/netz/",
        "foundingDate": "2012",
    }
    assert "alert(1)</script>" not in content


def test_network_detail_data_holds_no_mail_address(client, full):
    content = client.get("/en/networks/full/").content.decode()

    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', content).group(1)
    assert "office@example.org" not in data
    assert json.loads(data)["sameAs"] == ["https://www.example.org/", "https://twitter.example.org/full"]


def test_network_pages_have_a_canonical_address_without_query(client, full):
    for path, query in itertools.product(["/en/networks/", "/en/networks/full/"], ["", "?q=x&page=2"]):
        content = client.get(path + query).content.decode()

        assert re.findall(r'rel="canonical" href="([^"]*)"', content) == [f"http://testserver{path}"]


def test_network_detail_of_a_draft_is_not_found(client):
    NetworkFactory(slug="draft", is_published=False)

    assert client.get("/en/networks/draft/").status_code == 404


def test_network_detail_former_address_redirects_for_good(client):
    network = NetworkFactory(slug="old")
    network.slug = "new"
    network.save()

    response = client.get("/en/networks/old/")

    assert (response.status_code, response["Location"]) == (301, "/en/networks/new/")


def test_network_detail_former_address_of_a_draft_is_not_found(client):
    network = NetworkFactory(slug="old")
    Network.objects.filter(pk=network.pk).update(slug="new", is_published=False)

    assert client.get("/en/networks/old/").status_code == 404


@pytest.mark.parametrize("number", [1, 30])
def test_network_detail_asks_a_constant_number_of_statements(client, django_assert_num_queries, full, number):
    ExampleFactory.create_batch(number, published=True, network=full, states=[FederalStateFactory()])
    full.successors.set(NetworkFactory.create_batch(number))
    with translation.override("en"):
        address = reverse("catalogue:network_detail", args=["full"])

    with django_assert_num_queries(15):
        client.get(address)
