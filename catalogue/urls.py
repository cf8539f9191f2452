"""The public pages. Paths are translated: ``/de/beispiele/`` and ``/en/examples/``."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from catalogue import feeds
from catalogue.views import consent, examples, exports, feedback, home, networks, pages, pdf, shortlist

app_name = "catalogue"

urlpatterns = [
    path("", home.home, name="home"),
    path(_("examples/"), examples.example_list, name="example_list"),
    path(_("examples/feed/"), feeds.ExampleFeed(), name="example_feed"),
    path(_("examples.csv"), exports.example_list_csv, name="example_list_csv"),
    path(_("examples.json"), exports.example_list_json, name="example_list_json"),
    path(_("examples/<slug:slug>/"), examples.example_detail, name="example_detail"),
    path(_("examples/<slug:slug>.json"), examples.example_json, name="example_json"),
    path(_("examples/<slug:slug>.pdf"), pdf.example_pdf, name="example_pdf"),
    path(
        _("examples/<slug:slug>/attachments/<int:pk>/"),
        examples.attachment_download,
        name="attachment_download",
    ),
    path(_("shortlist/"), shortlist.shortlist, name="shortlist"),
    path(_("shortlist.pdf"), shortlist.shortlist_pdf, name="shortlist_pdf"),
    path(_("compare/"), shortlist.compare, name="compare"),
    path(_("networks/"), networks.network_list, name="network_list"),
    path(_("networks/<slug:slug>/"), networks.network_detail, name="network_detail"),
    path(_("networks/<slug:slug>.pdf"), pdf.network_pdf, name="network_pdf"),
    path(_("criteria/"), pages.criteria, name="criteria"),
    path(_("about/"), pages.about, name="about"),
    path(_("imprint/"), pages.imprint, name="imprint"),
    path(_("privacy/"), pages.privacy, name="privacy"),
    path(_("accessibility/"), pages.accessibility, name="accessibility"),
    path(_("plain-language/"), pages.plain_language, name="plain_language"),
    path(_("sign-language/"), pages.sign_language, name="sign_language"),
    path(_("data/"), pages.data, name="data"),
    path(_("search-help/"), pages.search_help, name="search_help"),
    path(_("feedback/"), feedback.feedback_create, name="feedback_create"),
    path(_("feedback/thanks/"), feedback.feedback_thanks, name="feedback_thanks"),
    path(_("contact/<int:pk>/"), feedback.contact_message, name="contact_message"),
    path(_("consent/<str:token>/"), consent.consent_answer, name="consent_answer"),
    path(_("consent/withdraw/<str:token>/"), consent.consent_withdraw, name="consent_withdraw"),
]
