"""The part of an expert's profile that others may see: never contact data, an ID number or whom a tie is with."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from models import Expert
from models.choices import ExpertState, Role
from models.expert import EXPERT_WITHOUT_CONTACT
from web.services.access import Actor
from web.services.errors import NotAllowedError, NotFoundError


def public_profile(session: Session, *, code: str, by: Actor) -> Expert:
    """The profile with works and windows, for employers, managers, and the person, who sees it in any state.

    What is personal is not read and cannot be reached. Raises NotAllowedError, NotFoundError.
    """
    parts = (selectinload(Expert.works), selectinload(Expert.windows))
    expert = session.scalar(select(Expert).where(Expert.code == code).options(*EXPERT_WITHOUT_CONTACT, *parts))
    if expert is not None and expert.user_id is not None and expert.user_id == by.user_id:
        return expert
    if not (by.has(Role.EMPLOYER) or by.has(Role.MANAGER)):
        raise NotAllowedError("专家资料只对用人单位和管理人员开放", "Profiles are open to employers and managers only")
    if expert is None or expert.state != ExpertState.PUBLIC:
        raise NotFoundError("没有这位专家，或其资料未公开", "There is no such expert, or the profile is not public")
    return expert
