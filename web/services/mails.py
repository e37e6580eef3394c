"""Notices by mail: at once where an answer is asked, else one digest a day, each handed over once.

A mail is a row before it is sent. It is marked `sending` and committed, then handed over, then marked `sent`: a
process that dies in between leaves it `sending`. Whether it went out is then unknown, so it is never sent again by
itself; the administrator sees it as uncertain, and the notice stands in the service in any case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta, timezone
from enum import StrEnum

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models import Mail, Notification, User
from models.choices import Delivery, MailState
from models.columns import utc_now
from web.accounts.credential import Credential

CHINA = timezone(timedelta(hours=8))
DIGEST_HOUR = 8
"""The hour in China from which the day's digest is made."""
MOST_TRIES = 8
GIVEN_UP_AFTER = timedelta(minutes=30)
"""A mail that is `sending` for longer belongs to a process that died."""
MOST_IN_A_MAIL = 50


class Handed(StrEnum):
    """What became of a mail that was handed over."""

    TAKEN = "taken"
    NOT_TAKEN = "not taken"
    """The mail server is away or takes nothing from us: no fault of this mail."""
    REFUSED = "refused"
    """The mail server does not want this one, say for its address."""
    UNCLEAR = "unclear"


Send = Callable[[int, str, str, str], Handed]
"""(number, address, subject, text): hands one mail over."""


def collect(session: Session, *, public_url: str, now: datetime | None = None) -> int:
    """Puts the notices that wait into mails: those that are wanted at once, and the day's digests; how many mails."""
    now = now or utc_now()
    local = now.astimezone(CHINA)
    made = _mails(session, Delivery.AT_ONCE, None, public_url)
    if local.hour >= DIGEST_HOUR:
        made += _mails(session, Delivery.DIGEST, local.date().isoformat(), public_url)
    return made


def _mails(session: Session, delivery: Delivery, digest_of: str | None, public_url: str) -> int:
    waiting = (
        select(Notification)
        .where(Notification.wants_mail == delivery, Notification.mail_id.is_(None), Notification.read_at.is_(None))
        .order_by(Notification.user_id, Notification.id)
        .with_for_update(skip_locked=True)
    )
    if digest_of is not None:
        had = select(Mail.user_id).where(Mail.digest_of == digest_of)
        waiting = waiting.where(Notification.user_id.not_in(had))
    by_person: dict[int, list[Notification]] = {}
    for notice in session.scalars(waiting):
        by_person.setdefault(notice.user_id, []).append(notice)
    people = {user.id: user for user in session.scalars(select(User).where(User.id.in_(by_person)))}
    for user_id, notices in by_person.items():
        subject, text = _written(notices, people[user_id].locale, public_url, is_digest=digest_of is not None)
        mail = Mail(user_id=user_id, digest_of=digest_of, subject=subject, text=text)
        session.add(mail)
        session.flush()
        for notice in notices:
            # Off from now on: when the mail is removed one day, the notice must not wait for another one.
            notice.mail_id, notice.wants_mail = mail.id, Delivery.OFF
    return len(by_person)


def _written(notices: Sequence[Notification], locale: str, public_url: str, *, is_digest: bool) -> tuple[str, str]:
    """(subject, text) in the person's language."""
    is_english = locale.startswith("en")
    lines = list(_lines(notices[:MOST_IN_A_MAIL], is_english, public_url))
    if len(notices) > MOST_IN_A_MAIL:
        more = len(notices) - MOST_IN_A_MAIL
        lines.append(f"… and {more} more" if is_english else f"……另有 {more} 条")
    first = notices[0].text_en if is_english else notices[0].text_zh
    if is_digest:
        subject = f"Dongcai: {len(notices)} notices" if is_english else f"东才西用：{len(notices)} 条通知"
    else:
        subject = ("Dongcai: " if is_english else "东才西用：") + first
    foot = (
        f"How you are told is set at {public_url}/account/notifications/choices"
        if is_english
        else f"接收方式可在 {public_url}/account/notifications/choices 设置"
    )
    return " ".join(subject.split())[:120], "\n\n".join([*lines, foot])


def _lines(notices: Iterable[Notification], is_english: bool, public_url: str) -> Iterable[str]:
    for notice in notices:
        text = notice.text_en if is_english else notice.text_zh
        yield f"{text}\n{public_url}{notice.path}" if notice.path else text


def send_waiting(session: Session, send: Send, *, now: datetime | None = None) -> int:
    """Hands over every mail that waits, one transaction before and one after each; how many went out."""
    now = now or utc_now()
    _find_uncertain(session, now)
    sent = number = 0
    while (mail := _take(session, after=number)) is not None:
        number, address = mail.id, _address(session, mail.user_id)
        subject, text = mail.subject, mail.text
        session.commit()
        if address is None:
            _finish(session, number, MailState.SENT)  # the account is gone or closed: nobody to write to
            continue
        handed = send(number, address, subject, text)
        if handed == Handed.NOT_TAKEN:
            _finish(session, number, MailState.WAITING, uncounted=1)
            break  # the next minute tries again, for as long as it takes
        _finish(session, number, _AFTER[handed])
        sent += handed == Handed.TAKEN
    return sent


_AFTER = {
    Handed.TAKEN: MailState.SENT,
    Handed.REFUSED: MailState.WAITING,
    Handed.UNCLEAR: MailState.UNCERTAIN,
}


def _take(session: Session, *, after: int) -> Mail | None:
    """The next mail, marked as being handed over; each is taken once a round, so that a refused one holds up none."""
    waiting = (
        select(Mail)
        .where(Mail.state == MailState.WAITING, Mail.tries < MOST_TRIES, Mail.id > after)
        .order_by(Mail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    mail = session.scalar(waiting)
    if mail is not None:
        mail.state, mail.tries, mail.sent_at = MailState.SENDING, mail.tries + 1, utc_now()
    return mail


def _find_uncertain(session: Session, now: datetime) -> None:
    lost = Mail.state == MailState.SENDING, Mail.sent_at < now - GIVEN_UP_AFTER
    session.execute(update(Mail).where(*lost).values(state=MailState.UNCERTAIN))
    session.commit()


def _finish(session: Session, number: int, state: MailState, *, uncounted: int = 0) -> None:
    values = {"state": state, "sent_at": utc_now(), "tries": Mail.tries - uncounted}
    session.execute(update(Mail).where(Mail.id == number).values(**values))
    session.commit()


def _address(session: Session, user_id: int) -> str | None:
    return session.scalar(select(Credential.email).where(Credential.user_id == user_id, Credential.active))


def uncertain_count(session: Session) -> int:
    """Mails of which nobody knows whether they went out, and those that were given up."""
    lost = (Mail.state == MailState.UNCERTAIN) | ((Mail.state == MailState.WAITING) & (Mail.tries >= MOST_TRIES))
    return session.scalar(select(func.count()).select_from(Mail).where(lost)) or 0
