from tests.browser.test_proposal_form import *
from tests.browser.test_proposal_form import pytestmark, committed
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.factories import *
from tests.catalogue.pictures import jpeg
from catalogue.models import ContactPerson
from assessment import workflow
from tests.assessment.factories import DECLARATION, CallFactory
from django.utils import timezone
del globals()["test_section_is_accessible_fits_and_works_with_the_keyboard"]
for n in [n for n in globals() if n.startswith("test_")]: del globals()[n]

def shot(page, name):
    for w in (360, 1280):
        page.set_viewport_size({"width": w, "height": 900})
        for c in ("light","dark"):
            if c=="dark" and w==360: continue
            page.emulate_media(color_scheme=c)
            page.screenshot(path=f"/tmp/form-shots/{name}-{w}-{c}.png", full_page=True)

def test_shots(form, proposal, problems, committed, sign_in):
    committed(complete, proposal)
    committed(ContactPerson.objects.create, example=proposal.example, name="Kim Muster", email=proposal.submitted_by.email, position=2)
    page = form()
    for key in ("basics","audience","organisation","success","contacts","picture"):
        page.goto(address(proposal, key)); shot(page, key)
    page.goto(address(proposal)); committed(save_elsewhere, proposal, "From another tab."); summary_of(page).fill("From this tab."); page.locator("[name=then][value=next]").last.click()
    page.wait_for_timeout(1500)
    if page.get_by_role("button", name="Compare").count(): page.get_by_role("button", name="Compare").click()
    page.wait_for_timeout(800)
    shot(page,"conflict")
    page.goto(address(proposal,"organisation")); page.locator("#id_running_since").fill("3000"); page.locator("[name=then][value=next]").last.click(); page.wait_for_timeout(1500); shot(page,"errors")
    for v in ("proposal_check","proposal_preview","proposal_detail"):
        page.goto(address(proposal, view=v)); shot(page, v)
    with override("en"): page.goto(reverse("assessment:proposal_create", args=[proposal.call.slug])); shot(page,"create")
    page.goto(address(proposal)); page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.evaluate("document.querySelector('#section-form').submit()"); page.wait_for_timeout(1500); shot(page,"kept")
    sign_in(page)
    page.goto(address(proposal,view="proposal_check")); page.get_by_label("Tried and tested since (year)").fill("2021"); page.get_by_label(re.compile("^We may publish")).check(); page.get_by_role("button", name="Hand in the proposal").click(); page.wait_for_timeout(1000); shot(page,"received")
    problems.clear()
