"""A small catalogue as readers meet it: two pages of examples, each part of a page filled once and empty once.

25 examples are published. 21 of them are every subject in every setting; the other four are the complete one, the
one in German only, the one with the longest title and the one of which nothing is known.
"""

import datetime
import json

from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.text import slugify

from catalogue.maps import DATA
from catalogue.models import Consent, Example, SocialMedia
from tests.catalogue.pictures import jpeg
from tests.factories import (
    AudienceFactory,
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
    TopicFactory,
    TransferFactory,
)

COMPLETE = "recognition-guides"
GERMAN_ONLY = "only-in-german"
BARE = "bare-example"
WITHDRAWN = "withdrawn-example"
COMPLETE_NETWORK = "netz-musterland"
BARE_NETWORK = "netz-ohne-profil"
RELAYED_CONTACT = 1001
"""Number of the contact whose address is not shown."""

TERMS = {
    TopicFactory: {
        "recognition": ("Anerkennung", "Recognition"),
        "language": ("Sprache im Beruf", "Language at work"),
        "networking": ("Vernetzung", "Networking"),
        "qualification": ("Qualifizierung", "Qualification"),
    },
    AudienceFactory: {
        "job-centres": ("Jobcenter und Arbeitsagenturen", "Job centres and employment agencies"),
        "companies": ("Betriebe und Unternehmen", "Companies and enterprises"),
        "education": ("Bildungseinrichtungen", "Education providers"),
        "policy": ("Arbeitsmarkt- und Integrationspolitik", "Labour market and integration policy makers"),
    },
    TargetGroupFactory: {
        "refugees": ("Geflüchtete", "Refugees"),
        "migrants": ("Migrantinnen und Migranten", "Migrants"),
    },
    MemberKindFactory: {"migrant-organisations": ("Migrantenorganisationen", "Migrant organisations")},
    FieldOfActionFactory: {"labour-market": ("Arbeitsmarkt", "Labour market")},
    FormalisationFactory: {"agreement": ("Kooperationsvereinbarung", "Formal cooperation agreement")},
    NetworkTypeFactory: {"non-state": ("Nichtstaatliches Netzwerk", "Non-state integration network")},
}
SUBJECTS = [
    ("Sprachcoaching", "Language coaching", "measure", "language"),
    ("Anerkennungsberatung", "Recognition advice", "measure", "recognition"),
    ("Mentoring", "Mentoring", "concept", "networking"),
    ("Telefondolmetschen", "Telephone interpreting", "tool", "language"),
    ("Anpassungslehrgang", "Bridging course", "product", "recognition"),
    ("Betriebsbesuche", "Company visits", "event_format", "networking"),
    ("Lernwerkstatt", "Learning workshop", "event_format", "qualification"),
]
SETTINGS = [
    ("in der Pflege", "in nursing", "education", ["bayern"]),
    ("im Handwerk", "in the crafts", "companies", ["sachsen"]),
    ("im Jobcenter", "at the job centre", "job-centres", ["berlin", "bremen"]),
]
TEXT_DE = (
    "Zweimal in der Woche ist das **Lotsenzimmer** besetzt. Taucht im Gespräch ein ausländischer Abschluss auf, "
    "geht die Fachkraft mit hinüber.\n\n- Welcher Beruf passt?\n- Welche Anerkennungsstelle ist zuständig?"
)
TEXT_EN = (
    "Twice a week the **guide’s room** is staffed. When a foreign qualification comes up, the case worker walks "
    "the client over.\n\n- Which occupation is the closest match?\n- Which authority decides?"
)
ITEMS_DE = "Wochentage und Uhrzeiten\nOrte:\n- auf dem Flur der Vermittlung\n- per Video"
ITEMS_EN = "Days and opening hours\nPlaces:\n- on the corridor of the placement team\n- by video"


def fill_catalogue():
    terms = {
        factory: {
            slug: factory(slug=slug, name_de=german, name_en=english)
            for slug, (german, english) in names.items()
        }
        for factory, names in TERMS.items()
    }
    states = {state.slug: state for state in map(state_of_the_map, outlines().items())}
    network = complete_network(terms, states)
    earlier = NetworkFactory(slug="netz-von-frueher", name="Netz von früher", valid_until=2020)
    earlier.successors.set([network])
    NetworkFactory(slug=BARE_NETWORK, name="Netz ohne Profil", location_de="Bremen")
    for subject in SUBJECTS:
        for setting in SETTINGS:
            ordinary_example(subject, setting, earlier, terms, states)
    ExampleFactory(
        published=True,
        slug="longest-title",
        title_de="Qualifizierungsberatung und Anerkennungsbegleitung für Gesundheitsfachkräfte in ländlichen Regionen",
        title_en="Advice on qualification and support with recognition for health professionals in the countryside",
        kind=Example.Kind.CONCEPT,
        topics=[terms[TopicFactory]["qualification"]],
        network=network,
    )
    ExampleFactory(
        published=True,
        slug=BARE,
        title_de="Wanderausstellung",
        title_en="Touring exhibition",
        benefit_de="",
        benefit_en="",
        kind=Example.Kind.PRODUCT,
        network=None,
    )
    ExampleFactory(
        published=True,
        slug=GERMAN_ONLY,
        title_de="Wortschatztrainer",
        title_en="",
        benefit_de="Fachwörter sitzen vor dem ersten Arbeitstag.",
        benefit_en="",
        need_de=TEXT_DE,
        kind=Example.Kind.TOOL,
        topics=[terms[TopicFactory]["language"]],
        states=[states["hamburg"]],
        network=network,
    )
    ExampleFactory(withdrawn=True, slug=WITHDRAWN)
    complete_example(network, terms, states)


def outlines():
    return json.loads(DATA.read_text())["states"]


ENGLISH_STATES = {"Bayern": "Bavaria", "Sachsen-Anhalt": "Saxony-Anhalt"}


def state_of_the_map(item):
    code, outline = item
    name = outline["name"]
    slug = slugify(name.translate({ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue"}))
    return FederalStateFactory(
        slug=slug, name_de=name, name_en=ENGLISH_STATES.get(name, name), iso_code=f"DE-{code}"[-5:]
    )


def ordinary_example(subject, setting, network, terms, states):
    subject_de, subject_en, kind, topic = subject
    setting_de, setting_en, audience, places = setting
    ExampleFactory(
        published=True,
        slug=slugify(f"{subject_en} {setting_en}"),
        title_de=f"{subject_de} {setting_de}",
        title_en=f"{subject_en} {setting_en}",
        benefit_de="Fachkräfte klären ausländische Abschlüsse noch am Tag des Gesprächs.",
        benefit_en="Case workers settle what to do with a foreign qualification on the day of the interview.",
        kind=kind,
        topics=[terms[TopicFactory][topic]],
        audiences=[terms[AudienceFactory][audience]],
        states=[states[place] for place in places],
        network=network,
        running_since=2019,
        status_of_information=datetime.date(2024, 5, 1),
    )


def complete_example(network, terms, states):
    example = ExampleFactory(
        published=True,
        slug=COMPLETE,
        title_de="Anerkennungslotsen vor Ort",
        title_en="Recognition guides on site",
        title_note_de="Arbeitstitel",
        title_note_en="Working title",
        benefit_de="Ratsuchende erfahren am selben Tag, wie es weitergeht.",
        benefit_en="Clients learn the same day what to do next.",
        summary_de="Eine Lotsenkraft sitzt auf dem Flur der Arbeitsvermittlung und begleitet bis zum Antrag.",
        summary_en="A guide works on the corridor of the placement team and helps until the application is filed.",
        plain_summary_de="Sie haben einen Beruf gelernt?\nWir helfen Ihnen.",
        plain_summary_en="Did you learn a job?\nWe can help you.",
        kind=Example.Kind.MEASURE,
        topics=[terms[TopicFactory]["recognition"]],
        audiences=[terms[AudienceFactory]["job-centres"]],
        target_groups=list(terms[TargetGroupFactory].values()),
        states=[states["sachsen-anhalt"]],
        network=network,
        organisation="Bildungswerk Musterstadt e. V.",
        subproject="Lotsendienst Anerkennung",
        running_since=2019,
        is_regular_service=True,
        staff_fte="0.5",
        setup_weeks=8,
        cost_band=Example.CostBand.UP_TO_5K,
        award_de="Ausgezeichnet im Mai 2024",
        award_en="Awarded in May 2024",
        picture_alt_de="Zwei Personen vor einer Bürotür",
        picture_alt_en="Two people in front of an office door",
        picture_credit="Musterland",
        status_of_information=timezone.localdate().replace(day=1),
        levels={"transferable": 5, "innovative": 2, "sustainable": 4, "efficient": 3},
        transfer_adaptable_de=ITEMS_DE,
        transfer_adaptable_en=ITEMS_EN,
        transfer_fixed_de=ITEMS_DE,
        transfer_fixed_en=ITEMS_EN,
        **in_both_languages(
            ["need", "solution", "success", "transfer", "transfer_statutory", "lessons"], TEXT_DE, TEXT_EN
        ),
    )
    example.picture.save("guides.jpg", ContentFile(jpeg((1200, 675))))
    LinkFactory(example=example)
    TransferFactory(example=example, place="Musterstadt")
    publish_contact(example=example, phone="+49 391 0000", organisation="Bildungswerk Musterstadt e. V.")
    publish_contact(
        pk=RELAYED_CONTACT,
        example=example,
        position=2,
        name="Kim Muster",
        email="kim@example.org",
        is_email_shown=False,
    )


def complete_network(terms, states):
    network = NetworkFactory(
        slug=COMPLETE_NETWORK,
        name="IQ Netzwerk Musterland",
        founding_year=2012,
        valid_from=2012,
        location_de="Musterstadt",
        location_en="Musterstadt, Germany",
        states=[states["sachsen-anhalt"]],
        coordinating_organisation_de="Bildungswerk Musterstadt e. V.",
        member_kinds=list(terms[MemberKindFactory].values()),
        fields_of_action=list(terms[FieldOfActionFactory].values()),
        target_groups=list(terms[TargetGroupFactory].values()),
        formalisation=terms[FormalisationFactory]["agreement"],
        network_type=terms[NetworkTypeFactory]["non-state"],
        website="https://www.example.org/netzwerk-musterland/startseite/",
        email="netzwerk@example.org",
        status_of_information=datetime.date(2021, 1, 1),
        licence="cc-by-4.0",
        funding_acknowledgement_de="Gefördert durch den Europäischen Sozialfonds.",
        funding_acknowledgement_en="Funded by the European Social Fund.",
        remark_de="Nach dem gedruckten Profil.",
        **in_both_languages(["description", "impact"], TEXT_DE, TEXT_EN),
        **in_both_languages(
            ["resources", "internal_communication", "external_communication", "success_factors"],
            ITEMS_DE,
            ITEMS_EN,
        ),
        **in_both_languages(["challenges", "evaluation"], ITEMS_DE, ITEMS_EN),
    )
    SocialMedia.objects.create(
        network=network, platform="instagram", url="https://www.example.org/musterland"
    )
    LinkFactory(network=network, example=None)
    publish_contact(network=network, example=None)
    return network


def in_both_languages(fields, german, english):
    return {f"{field}_de": german for field in fields} | {f"{field}_en": english for field in fields}


def publish_contact(**fields):
    contact = ContactPersonFactory(**fields)
    Consent.objects.create(contact=contact, text_version="1", how=Consent.How.WRITTEN)
    contact.is_published = True
    contact.save()
    return contact
