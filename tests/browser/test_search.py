"""Search and filter as a reader does it: with a script, which swaps parts of the page, and without any."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.catalogue import COMPLETE

pytestmark = pytest.mark.django_db

LIST = "/en/examples/"
GERMAN = "Wortschatztrainer"
LONG = "Advice on qualification and support with recognition for health professionals in the countryside"
INTERPRETING = [
    "Telephone interpreting at the job centre",
    "Telephone interpreting in the crafts",
    "Telephone interpreting in nursing",
]
MENTORING = ["Mentoring at the job centre", "Mentoring in the crafts", "Mentoring in nursing"]


class Reader:
    """Somebody on the list of examples who searches and filters in the way that the browser allows."""

    def __init__(self, page, *, has_script):
        self.page = page
        self.has_script = has_script
        page.goto(LIST)

    def value(self, label):
        """Return the checkbox of one value; beside its label stands a figure."""
        return self.page.get_by_role("checkbox", name=re.compile(rf"^{label} \d+$"))

    def choose(self, label):
        """Tick or untick a value; without a script, the button then sends the form."""
        self.value(label).click()
        if not self.has_script:
            self.page.get_by_role("button", name="Show results").click()

    def search(self, text):
        self.page.get_by_role("searchbox").fill(text)
        self.page.get_by_role("searchbox").press("Enter")

    def sees(self, total, *titles, **query):
        """Wait for the address to ask for ``query``, and for a list of that many which begins with ``titles``."""
        self.page.wait_for_url(lambda url: parse_qs(urlsplit(url).query) == query)
        expect(self.page.locator("#count")).to_have_text(re.compile(rf"^{total} examples?\b"))
        for number, title in enumerate(titles):
            expect(self.page.locator("#results ol.rows h2").nth(number)).to_have_text(title)

    @property
    def chosen(self):
        return [box.get_attribute("id") for box in self.page.get_by_role("checkbox", checked=True).all()]

    def counts(self, legend):
        """Return the figures of one facet by the words before them."""
        labels = self.page.get_by_role("group", name=legend, exact=True).locator("label")
        pairs = [" ".join(text.split()).rsplit(" ", 1) for text in labels.all_inner_texts()]
        return {words: int(figure) for words, figure in pairs}


@pytest.fixture
def reader(any_page, has_script):
    return Reader(any_page, has_script=has_script)


@pytest.fixture
def scripted(page):
    return Reader(page, has_script=True)


def test_facets_narrow_the_list_and_their_counts_follow(reader):
    reader.choose("Tool")
    reader.sees(4, GERMAN, *INTERPRETING, kind=["tool"])
    assert reader.counts("Topic") == {
        "Recognition": 0,
        "Language at work": 4,
        "Networking": 0,
        "Qualification": 0,
    }

    reader.choose("Concept")
    reader.sees(8, GERMAN, LONG, *INTERPRETING, *MENTORING, kind=["tool", "concept"])

    reader.choose("Companies and enterprises")
    reader.sees(2, INTERPRETING[1], MENTORING[1], kind=["tool", "concept"], audience=["companies"])
    assert reader.counts("Kind") == {"Product": 1, "Tool": 1, "Concept": 1, "Measure": 2, "Event format": 2}


def test_criterion_narrows_the_list_to_a_level_at_least(reader):
    level = reader.page.get_by_label("transferable", exact=True)
    level.focus()
    level.select_option("at least convincing (1)")
    if reader.has_script:
        expect(level).to_be_focused()
    else:
        reader.page.get_by_role("button", name="Show results").click()
    reader.sees(1, transferable=["4"])

    reader.page.get_by_role("link", name="Remove: transferable: at least convincing").click()
    reader.sees(25)
    expect(level).to_have_value("")


def test_chips_remove_one_condition_or_all(reader):
    reader.search("nursing")
    reader.sees(7, q=["nursing"])
    reader.choose("Tool")
    reader.sees(1, q=["nursing"], kind=["tool"])
    reader.choose("Concept")
    reader.sees(2, q=["nursing"], kind=["tool", "concept"])

    reader.page.get_by_role("link", name="Remove: Kind Concept").click()
    reader.sees(1, INTERPRETING[2], q=["nursing"], kind=["tool"])
    assert reader.chosen == ["kind-tool"]

    reader.page.get_by_role("link", name="Remove all").click()
    reader.sees(25)
    assert reader.chosen == []
    expect(reader.page.get_by_role("searchbox")).to_have_value("")


def test_back_button_brings_back_the_selection_before(reader):
    reader.choose("Tool")
    reader.sees(4, kind=["tool"])
    reader.choose("Concept")
    reader.sees(8, kind=["tool", "concept"])

    reader.page.go_back()
    reader.sees(4, GERMAN, kind=["tool"])
    assert reader.chosen == ["kind-tool"]

    reader.page.go_back()
    reader.sees(25)
    assert reader.chosen == []

    reader.page.go_forward()
    reader.sees(4, GERMAN, kind=["tool"])
    assert reader.chosen == ["kind-tool"]


def test_search_marks_what_it_found_and_offers_another_spelling(reader):
    reader.search("interpretng")
    reader.sees(0, q=["interpretng"])

    reader.page.get_by_role("link", name="interpreting").click()

    reader.sees(3, *INTERPRETING, q=["interpreting"])
    assert reader.page.locator("#results mark").all_inner_texts() == ["interpreting"] * 3
    expect(reader.page).to_have_title("“interpreting” – examples – IQ Good Practice")


def test_empty_result_leads_to_what_is_close(reader):
    reader.choose("Refugees")
    reader.sees(1, target_group=["refugees"])
    reader.choose("Bavaria")
    reader.sees(0, target_group=["refugees"], state=["bayern"])

    reader.page.get_by_role("link", name="without Bavaria").click()

    reader.sees(1, "Recognition guides on site", target_group=["refugees"])


def test_pages_and_orders_are_links_that_keep_the_selection(reader):
    reader.page.get_by_role("link", name="Next page").click()
    reader.sees(25, page=["2"])
    expect(reader.page.locator("#results ol.rows > li")).to_have_count(5)
    expect(reader.page.locator("#listing")).to_be_in_viewport()

    reader.choose("Concept")
    reader.sees(4, LONG, *MENTORING, kind=["concept"])
    reader.page.get_by_role("link", name="Title", exact=True).click()
    reader.sees(4, LONG, *sorted(MENTORING), kind=["concept"], sort=["title"])


def test_title_in_the_list_leads_to_the_example_and_back(reader):
    reader.choose("Measure")
    reader.sees(7, "Recognition guides on site", kind=["measure"])

    reader.page.get_by_role("link", name="Recognition guides on site").click()
    expect(reader.page.get_by_role("heading", level=1)).to_have_text("Recognition guides on site")
    assert urlsplit(reader.page.url).path == f"{LIST}{COMPLETE}/"

    reader.page.go_back()
    reader.sees(7, "Recognition guides on site", kind=["measure"])
    assert reader.chosen == ["kind-measure"]


@pytest.mark.parametrize("label", ["Tool", "Saxony-Anhalt"], ids=["open", "behind_more"])
def test_focus_stays_on_the_choice_while_parts_are_swapped(scripted, label):
    if label != "Tool":
        scripted.page.get_by_text("More: Federal state").click()
    scripted.value(label).focus()

    for total in (r"\d", 25):
        scripted.page.keyboard.press("Space")
        expect(scripted.page.locator("#count")).to_have_text(re.compile(rf"^{total} examples?\b"))
        expect(scripted.value(label)).to_be_focused()


def test_choices_in_quick_succession_all_count(scripted, problems):
    scripted.page.evaluate("['kind-tool', 'kind-concept', 'kind-product'].forEach(id => window[id].click())")

    scripted.sees(12, GERMAN, kind=["product", "tool", "concept"])
    assert scripted.chosen == ["kind-product", "kind-tool", "kind-concept"]
    # htmx complains about each request that the next choice has made pointless.
    assert [
        problem for problem in problems if "htmx:sendAbort" not in problem and "afterRequest" not in problem
    ] == []
    problems.clear()


def test_only_results_and_facets_are_swapped(scripted):
    scripted.page.evaluate("document.querySelector('h1').dataset.kept = 'yes'")

    scripted.choose("Tool")
    scripted.sees(4, kind=["tool"])

    expect(scripted.page.locator("h1")).to_have_attribute("data-kept", "yes")
