"""What is wrong with an organisation that waits for its check, or worth a look. Pure, as `checks`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from models import Organisation
from models.credit_code import is_valid_credit_code
from models.place import prefix_of
from web.services.errors import Sentence
from web.services.findings import Finding, in_order, look, must, traces

ALIKE_NAMES = 0.6
"""From this likeness on two names may mean one organisation."""
_INTRO = Sentence("单位简介", "The introduction")
_CORPS, _XINJIANG = "66", "65"


@dataclass(frozen=True, slots=True)
class OrganisationSurroundings:
    """What the checks of an organisation must know besides it."""

    alike: tuple[tuple[str, str], ...] = ()
    """(credit code, name) of other organisations with a very similar name."""
    provinces: frozenset[str] = frozenset()
    """Two-digit codes of the provinces that there are; central bodies register under none."""


Check = Callable[[Organisation, OrganisationSurroundings], Iterator[Finding]]


def organisation_findings(organisation: Organisation, around: OrganisationSurroundings) -> tuple[Finding, ...]:
    """Everything that was found, what must be put right first."""
    return in_order(finding for check in _CHECKS for finding in check(organisation, around))


def _code(organisation: Organisation, around: OrganisationSurroundings) -> Iterator[Finding]:
    if not is_valid_credit_code(organisation.credit_code):
        zh = "统一社会信用代码的校验位不符，请对照证照核对"
        en = "The check character of the credit code is wrong; compare it with the certificate"
        yield must("code_wrong", "credit_code", zh, en)


def _introduction(organisation: Organisation, around: OrganisationSurroundings) -> Iterator[Finding]:
    yield from traces("intro", _INTRO, organisation.intro)
    if not organisation.intro.strip():
        zh = "没有填“单位简介”，专家不知道单位做什么，请补充"
        en = "No introduction; experts cannot tell what the organisation does. Add one"
        yield look("intro_missing", "intro", zh, en)


def _place(organisation: Organisation, around: OrganisationSurroundings) -> Iterator[Finding]:
    registered, stated = organisation.credit_code[2:8], organisation.region_code
    if registered[:2] in around.provinces and not _agree(registered, organisation):
        zh = f"信用代码的登记地（{registered}）与所在地（{stated}）不一致，请核对"
        en = f"The credit code was given at {registered}, the organisation says it is at {stated}; compare them"
        yield look("code_elsewhere", "region_code", zh, en)


def _name(organisation: Organisation, around: OrganisationSurroundings) -> Iterator[Finding]:
    if around.alike:
        zh = f"名称与已登记的{'、'.join(f'“{name}”' for _, name in around.alike)}很像，请核对是否同一家单位"
        en = f"Very similar to {', '.join(f'“{name}”' for _, name in around.alike)}; is it the same organisation?"
        yield look("name_alike", "name", zh, en, codes=tuple(code for code, _ in around.alike))


def _agree(registered: str, organisation: Organisation) -> bool:
    """Whether one of the places lies within the other. The Corps' units are registered as its or as Xinjiang's."""
    if organisation.is_xpcc:
        return registered[:2] in (_CORPS, _XINJIANG)
    mine, theirs = prefix_of(organisation.region_code), prefix_of(registered)
    return mine.startswith(theirs) or theirs.startswith(mine)


_CHECKS: tuple[Check, ...] = (_code, _introduction, _place, _name)
