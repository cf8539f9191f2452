"""Pages of those who propose."""

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from assessment.views import answers, calls, corrections, editors, mine, proposals, sections

app_name = "assessment"

urlpatterns: list[URLPattern] = [
    path(_("calls/"), calls.call_list, name="call_list"),
    path(_("calls/<slug:slug>/"), calls.call_detail, name="call_detail"),
    path(_("calls/<slug:slug>/propose/"), proposals.proposal_create, name="proposal_create"),
    path(_("proposals/"), mine.proposal_list, name="proposal_list"),
    path(_("proposals/<str:reference>/"), mine.proposal_detail, name="proposal_detail"),
    path(_("proposals/<str:reference>/withdraw/"), mine.proposal_withdraw, name="proposal_withdraw"),
    path(_("proposals/<str:reference>/copy/"), mine.proposal_copy, name="proposal_copy"),
    path(_("proposals/<str:reference>/answer/"), answers.proposal_answer, name="proposal_answer"),
    path(_("proposals/<str:reference>/answer/autosave/"), answers.answer_autosave, name="answer_autosave"),
    path(_("proposals/<str:reference>/correct/"), corrections.proposal_correct, name="proposal_correct"),
    path(_("proposals/<str:reference>/editors/"), editors.editor_list, name="editor_list"),
    path(_("proposals/<str:reference>/editors/<int:pk>/"), editors.editor_update, name="editor_update"),
    path(
        _("proposals/<str:reference>/editors/<int:pk>/remove/"), editors.editor_remove, name="editor_remove"
    ),
    path(
        _("proposals/<str:reference>/sections/<str:key>/"), sections.proposal_section, name="proposal_section"
    ),
    path(
        _("proposals/<str:reference>/sections/<str:key>/autosave/"),
        sections.proposal_autosave,
        name="proposal_autosave",
    ),
    path(_("proposals/<str:reference>/preview/"), proposals.proposal_preview, name="proposal_preview"),
    path(_("proposals/<str:reference>/check/"), proposals.proposal_check, name="proposal_check"),
    path(_("proposals/<str:reference>/received/"), proposals.proposal_received, name="proposal_received"),
    path(
        _("proposals/<str:reference>/files/<int:pk>/"),
        proposals.attachment_download,
        name="attachment_download",
    ),
    path(_("invitations/<str:token>/"), editors.invitation_accept, name="invitation_accept"),
]
