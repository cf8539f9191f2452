"""What is said below the name of each field: it guides who writes, and says what readers make of it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

LANGUAGE_NAMES: dict[str, Any] = {"de": _("German"), "en": _("English")}

GUIDANCE: dict[str, Any] = {
    "title": _("Short and telling: what is it, and for whom?"),
    "title_note": _("Only if something has to be known about the title, for example: working title."),
    "kind": _("What could another institution take over?"),
    "benefit": _("One sentence: what does an institution gain by taking it over?"),
    "summary": _("The gist in three or four sentences. Readers decide by it whether they read on."),
    "plain_summary": _(
        "The same in plain language, for everybody: short sentences, one thought a line, no foreign words."
    ),
    "topics": _("What is it about? Choose all that fit."),
    "target_groups": _("Who benefits in the end? Choose all that fit."),
    "audiences": _("Which institutions could take it over? Choose all that fit."),
    "is_nationwide": _("Then you need to choose no federal states."),
    "states": _("Where has it been done?"),
    "network": _(
        "The network that proposes the example. To hand it in, your membership has to be confirmed."
    ),
    "networks": _("Only if other networks propose the example together with yours."),
    "organisation": _("Who has done it: the institution, as it is to be called in public."),
    "subproject": _("If it came out of a subproject of the Network IQ."),
    "running_since": _("The year in which it began."),
    "running_until": _("Leave it empty if it goes on."),
    "is_regular_service": _("It goes on without project funds."),
    "need": _("What was missing, and for whom? How did you notice? Figures help if you have them."),
    "solution": _(
        "What do you do, step by step, and who is involved? Somebody who does not know it should see it."
    ),
    "success": _(
        "What has changed, and how do you know? Name figures and their year; say where they can be looked up."
    ),
    "lessons": _("What went wrong, and what would you do differently? That helps others most."),
    "transfer": _(
        "What does another institution need: staff, time, partners, legal or technical prerequisites?"
    ),
    "transfer_adaptable": _("What may be changed without harm? One item a line."),
    "transfer_fixed": _("What must stay, because it does not work otherwise? One item a line."),
    "transfer_statutory": _("What do job centres, chambers and other statutory institutions have to mind?"),
    "staff_fte": _("Staff that the work needs each year, as full-time equivalents: half a post is 0.5."),
    "setup_weeks": _("From the decision to the first day of work."),
    "cost_band": _("All costs of the first year without own staff."),
    "picture": _("JPEG, PNG or WebP, at most 10 MB. It is made smaller; place and camera are removed."),
    "picture_alt": _(
        "What is to be seen, in one sentence, for those who do not see it. Without it no picture is shown."
    ),
    "picture_credit": _("Who took the picture, and who has the rights."),
}
