"""Who makes a profile public or hides it."""

from __future__ import annotations

from models.choices import ExpertState, Role
from models.state_machine import Machine, Move

PROFILE_STATES = Machine(
    "profile",
    (
        Move("publish", (ExpertState.DRAFT, ExpertState.HIDDEN), ExpertState.PUBLIC, (Role.EXPERT,)),
        Move("hide", (ExpertState.PUBLIC,), ExpertState.HIDDEN, (Role.EXPERT,)),
    ),
)
"""draft → public ↔ hidden, by the expert alone."""
