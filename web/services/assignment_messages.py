"""What the two parties write to each other, on a pairing and on the assignment that it became."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import AssignmentMessage, Pairing
from models.choices import Side, Topic
from web.services.access import Actor
from web.services.errors import ConflictError, FieldProblem, InvalidError, NotAllowedError, Sentence
from web.services.journal import notify
from web.services.pairings import people_on, sides_of

MESSAGE_CHARS = 2000
PARTIES = (Side.EMPLOYER, Side.EXPERT)


def may_write(pairing: Pairing, by: Actor) -> bool:
    """Whether the person is one of the two parties, who alone write and read."""
    return any(side in PARTIES for side in sides_of(pairing, by))


def messages_of(session: Session, pairing: Pairing, *, by: Actor) -> Sequence[AssignmentMessage]:
    """What was written, oldest first; nothing for whom is no party."""
    if not may_write(pairing, by):
        return ()
    mine = select(AssignmentMessage).where(AssignmentMessage.pairing_id == pairing.id)
    return session.scalars(mine.order_by(AssignmentMessage.id).options(joinedload(AssignmentMessage.author))).all()


def write(
    session: Session, pairing: Pairing, *, text: str, by: Actor, request_id: str | None, path: str
) -> AssignmentMessage:
    """A message to the other party, once for each form; they are told. `path`: the page where it stands.

    Raises InvalidError for none or a long one, NotAllowedError for whom is no party.
    """
    if not may_write(pairing, by):
        raise NotAllowedError("留言只在用人单位和专家之间", "Messages are between the employer and the expert")
    if request_id is not None:
        earlier = session.scalar(select(AssignmentMessage).where(AssignmentMessage.request_id == request_id))
        if earlier is not None:
            if earlier.pairing_id != pairing.id:
                raise ConflictError("这张表单已用过，请刷新页面", "This form has been used; reload the page")
            return earlier
    written = text.strip()
    if not written or len(written) > MESSAGE_CHARS:
        raise InvalidError([FieldProblem("text", _about(len(written)))])
    row = AssignmentMessage(pairing_id=pairing.id, author_id=by.user_id, text=written, request_id=request_id)
    session.add(row)
    session.flush()
    sentence = Sentence(
        f"{by.name}就“{pairing.need.title}”给您留言", f"{by.name} has written to you about “{pairing.need.title}”"
    )
    people = [one for one in people_on(session, pairing, *PARTIES) if one != by.user_id]
    notify(session, people, sentence, path=path, topic=Topic.MESSAGE)
    return row


def _about(length: int) -> Sentence:
    if not length:
        return Sentence("请写留言", "Write a message")
    return Sentence(
        f"留言最多 {MESSAGE_CHARS} 字，现在 {length} 字", f"At most {MESSAGE_CHARS} characters, now {length}"
    )
