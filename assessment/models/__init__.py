"""How an example gets into the catalogue: calls, proposals and the record of what happened to them."""

from assessment.models.call import Call
from assessment.models.editor import ProposalEditor
from assessment.models.proposal import Proposal, ReferenceCounter, SectionSave
from assessment.models.record import ProposalVersion, Transition
from assessment.models.screening import FormalRejection, InformationRequest, RequestedField
from assessment.models.status import LOCKING, TRANSITIONS, Status

__all__ = [
    "LOCKING",
    "TRANSITIONS",
    "Call",
    "FormalRejection",
    "InformationRequest",
    "Proposal",
    "ProposalEditor",
    "ProposalVersion",
    "ReferenceCounter",
    "RequestedField",
    "SectionSave",
    "Status",
    "Transition",
]
