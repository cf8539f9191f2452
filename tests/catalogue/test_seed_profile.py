"""The profile of the IQ Netzwerk Sachsen-Anhalt as the project's files load it: all of its printed form, in order.

The table is the English document "Good Practice IQ NETZWERK SACHSEN-ANHALT", status of information January 2021, word
by word; a line is an item of a list there. Only the row of the federal state is ours.
"""

import html5lib
import pytest

from catalogue import loading

pytestmark = pytest.mark.django_db

PROFILE = {
    "1. Facts": {
        "Name of the network": ["IQ Netzwerk Sachsen-Anhalt"],
        "Founding year": ["2012"],
        "Location": ["Saxony-Anhalt / Germany"],
        "Federal state(s)": ["Saxony-Anhalt"],
        "Coordinating organisation": ["Caritasverband für das Bistum Magdeburg e.V."],
        "Degree of formalisation": ["Formal cooperation agreement"],
        "Members": [
            "Business enterprises",
            "Social and welfare organisations",
            "Migrant organisations",
            "Educational institutions",
        ],
        "Field(s) of action": [
            "Inclusion / Integration in general",
            "Labour market",
            "Education and training",
        ],
        "Target group(s)": ["Migrants", "Refugees", "Public Administration", "NGOs", "Companies"],
        "Type of network": ["Non-state integration network"],
    },
    "2. Network profile": {
        "Brief description": [
            "The IQ Network Saxony-Anhalt provides counselling on the recognition of foreign educational "
            "qualifications, on the rights and duties of employees, and on obligations of employees. The general aim "
            "of the network consisting of various service points and central actors in labour market integration is "
            "to develop the potential of migrants and reduce discrimination, to accompany and support the successful "
            "integration of people with a migration background into the labour market. The network is based on the "
            'national government\'s nationwide support programme "Integration through Qualification", in the course '
            "of which regional networks were created in all federal states."
        ],
        "Resources": ["Project funding (federal funding via ESF)", "Circa 60 employees"],
        "Internal communication and facilitation techniques": [
            "Network meetings",
            "Project management meetings",
            "Annual closed meeting",
            "E-mail",
            "Expert conferences",
            "Platform: virtual advisor forum and extranet",
            "Used techniques:",
            "facilitated discussions",
            "Fishbowl",
            "World Café",
            "dyad work",
            "workshops in small groups",
        ],
        "External communication and event formats": [
            "Regional print media",
            "Social media for a targeted audience:",
            "Twitter: politics and business",
            "Facebook: migrants",
            "Instagram: interested audience from all sectors",
            "Website for own specialist information dissemination",
        ],
    },
    "3. Success factors and main challenges": {
        "Success factors": [
            "Alignment of the vision(s) at the strategic and operational levels",
            "Fast communication",
            "Professional change management",
            "Systemic approach to organisational development",
            "Investment in building and transforming work culture with digital work tools (e.g. use of virtual "
            "consultant forum)",
            "Implementation of social media in public relations work",
        ],
        "Challenges and lessons learnt": [
            "Restructuring work organisation under the increasing acceleration of information and task consolidation",
            "Bringing all employees along in the digital change processes",
            "Securing the financial basis under the uncertainty of project funding and retaining employees under "
            "these conditions",
            "Looming shortage of skilled workers",
        ],
        "Evaluation and sustainability": [
            "Quantitative measurement: permanent monitoring of the number of case consultations",
            "Qualitative measurement:",
            "Quality standards in the individual areas as well as their permanent review",
            "Opportunity for feedback through a qualitative questionnaire on the website",
            "Measurement of click and follower numbers on website and Facebook",
            "Thinking along and transferring offers into regular financing or as purchase offers for specific target "
            "groups (e.g. companies)",
        ],
        "Impact, innovation and transferability": [
            "The IQ Networks in the German federal states are unique in their position at the interface of work, "
            "integration, diversity, intercultural opening and securing skilled workers. The general approach and "
            "the connectedness to other regional actors could be adapted in other countries as well."
        ],
    },
    "4. Further information": {
        "Website, social media": [
            "Website: https://www.sachsen-anhalt.netzwerk-iq.de/startseite/",
            "Facebook: https://www.facebook.com/IQNetzwerkSachsenAnhalt/",
            "Twitter: https://twitter.com/IQSachsenAnhalt",
            "Instagram: https://www.instagram.com/humans_of_saxony_anhalt/",
            "YouTube: https://www.youtube.com/channel/UCLg5WyptfzZZvyRSHWCCvVA",
        ],
        "E-mail address": ["kontakt@iqsachsenanhalt.de"],
    },
}
LICENCE = [
    "This profile is licensed under CC BY 4.0.",
    "Co-funded by the Erasmus+ Programme of the European Union. The European Commission support for the production of "
    "this publication does not constitute an endorsement of the contents which reflects the views only of the "
    "authors, and the Commission cannot be held responsible for any use which may be made of the information "
    "contained therein.",
]
SAME_IN_GERMAN = {
    "2012",
    "Caritasverband für das Bistum Magdeburg e.V.",
    "Fishbowl",
    "IQ Netzwerk Sachsen-Anhalt",
    "World Café",
    *PROFILE["4. Further information"]["Website, social media"],
    *PROFILE["4. Further information"]["E-mail address"],
}


@pytest.fixture
def read(client):
    """Return a function that gives the main part of the profile's page in a language."""
    loading.load()

    def read(address):
        html = client.get(address).content.decode()
        return html5lib.parse(html, namespaceHTMLElements=False).find(".//main")

    return read


def words(element):
    return " ".join("".join(element.itertext()).split())


def lines(value):
    """Return the text of a field line by line: items, items within items, paragraphs."""
    blocks = [*value.iter("li"), *value.iter("p")] or [value]
    return [words(_without_lists(block)) for block in blocks]


def _without_lists(block):
    copy = block.makeelement(block.tag, {})
    copy.text = block.text
    copy.extend(child for child in block if child.tag != "ul")
    return copy


def profile(main):
    return {
        words(section.find("h2")): {
            words(row.find("dt")): lines(row.find("dd")) for row in section.findall("./dl/div")
        }
        for section in main.iter("section")
        if section.find("./dl") is not None
    }


def in_order(profile):
    return [(part, [*fields.items()]) for part, fields in profile.items()]


def test_profile_has_every_value_of_the_document_in_its_four_parts(read):
    main = read("/en/networks/iq-netzwerk-sachsen-anhalt/")

    assert in_order(profile(main)) == in_order(PROFILE)
    assert words(main.find(".//h1")) == "IQ Netzwerk Sachsen-Anhalt"
    assert main.find(".//header//time").attrib["datetime"] == "2021-01"
    assert words(main.find(".//header//time")) == "January 2021"


def test_profile_names_its_licence_and_funding(read):
    main = read("/en/networks/iq-netzwerk-sachsen-anhalt/")

    section = main.find(".//section[@id='licence']")
    assert [words(paragraph) for paragraph in section.iter("p")] == LICENCE


def test_profile_is_complete_in_german_and_nothing_in_it_is_english(read):
    main = read("/de/netzwerke/iq-netzwerk-sachsen-anhalt/")

    german = profile(main)
    sizes = [[len(lines) for lines in fields.values()] for fields in german.values()]
    assert sizes == [[len(lines) for lines in fields.values()] for fields in PROFILE.values()]
    assert [element.tag for element in main.iter() if "lang" in element.attrib] == []
    spoken = {line for fields in german.values() for lines in fields.values() for line in lines}
    original = {line for fields in PROFILE.values() for lines in fields.values() for line in lines}
    assert spoken & original == SAME_IN_GERMAN
    assert words(main.find(".//header//time")) == "Januar 2021"
