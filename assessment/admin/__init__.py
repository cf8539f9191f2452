"""The pages for calls, proposals, the board's members and its decisions; importing this registers them."""

from assessment.admin import board, call, decision_admin, declarations, proposal, rubric, seat

__all__ = ["board", "call", "decision_admin", "declarations", "proposal", "rubric", "seat"]
