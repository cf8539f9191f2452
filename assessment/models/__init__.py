"""How an example gets into the catalogue: calls, proposals and the record of what happened to them."""

from assessment.models.assessment import Assessment, Score
from assessment.models.board import BoardSeat, ConflictDeclaration
from assessment.models.call import Call
from assessment.models.decision import Attendance, Decision, DecisionReason
from assessment.models.editor import ProposalEditor
from assessment.models.notice import Notice
from assessment.models.proposal import Proposal, ReferenceCounter, SectionSave
from assessment.models.record import ProposalVersion, Transition
from assessment.models.rubric import Anchor, Rubric, RubricCriterion
from assessment.models.screening import FormalRejection, InformationRequest, RequestedField
from assessment.models.status import LOCKING, TRANSITIONS, Status

__all__ = [
    "LOCKING",
    "TRANSITIONS",
    "Anchor",
    "Assessment",
    "Attendance",
    "BoardSeat",
    "Call",
    "ConflictDeclaration",
    "Decision",
    "DecisionReason",
    "FormalRejection",
    "InformationRequest",
    "Notice",
    "Proposal",
    "ProposalEditor",
    "ProposalVersion",
    "ReferenceCounter",
    "RequestedField",
    "Rubric",
    "RubricCriterion",
    "Score",
    "SectionSave",
    "Status",
    "Transition",
]
