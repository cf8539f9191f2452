"""The state machine of proposals: the only code that writes ``Proposal.status`` and the lock of the text.

One function per transition. Each is one transaction that locks the row, checks the table, changes the status with its
``Transition`` and puts the mails into the outbox. The functions do not ask who may (``permissions`` does), but hold
what binds everybody. The database holds status and transitions together once more, also against raw SQL.
"""

from assessment.second_person import SamePerson
from assessment.workflow.deciding import (
    AlreadyProposed,
    DecisionConflict,
    DecisionDraft,
    NoQuorum,
    Reason,
    ReasonsMissing,
    SplitNotDiscussed,
    announce,
    conclude_review,
    confirm_decision,
    dismiss_decision,
    in_force,
    note_discussed,
    propose_decision,
    reopen_discussion,
)
from assessment.workflow.moving import TransitionNotAllowed
from assessment.workflow.publishing import (
    NotReady,
    publish,
    publish_due,
    release,
    republish,
    take_back_release,
    unpublish,
)
from assessment.workflow.screening import (
    BoardNotReady,
    ask,
    begin_review,
    begin_screening,
    confirm_rejection,
    dismiss_rejection,
    propose_rejection,
    return_to_screening,
)
from assessment.workflow.submitting import (
    AnswerMissing,
    CallClosed,
    Declaration,
    Incomplete,
    NotAMember,
    answer,
    attempt,
    start,
    submit,
    withdraw,
)

__all__ = [
    "AlreadyProposed",
    "AnswerMissing",
    "BoardNotReady",
    "CallClosed",
    "DecisionConflict",
    "DecisionDraft",
    "Declaration",
    "Incomplete",
    "NoQuorum",
    "NotAMember",
    "NotReady",
    "Reason",
    "ReasonsMissing",
    "SamePerson",
    "SplitNotDiscussed",
    "TransitionNotAllowed",
    "announce",
    "answer",
    "ask",
    "attempt",
    "begin_review",
    "begin_screening",
    "conclude_review",
    "confirm_decision",
    "confirm_rejection",
    "dismiss_decision",
    "dismiss_rejection",
    "in_force",
    "note_discussed",
    "propose_decision",
    "propose_rejection",
    "publish",
    "publish_due",
    "release",
    "reopen_discussion",
    "republish",
    "return_to_screening",
    "start",
    "submit",
    "take_back_release",
    "unpublish",
    "withdraw",
]
