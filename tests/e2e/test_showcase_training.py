"""Training in high-altitude medicine in Tibet, in English: a clearance, a session, its certificates; by everybody."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import FilePayload, Page, expect

from . import journey
from .conftest import NewPage, Site
from .journey import Terms
from .needs import Text
from .words import Say, said_in

EXPERT, NAME = "ZJ000158", "薄砚清"
NEED = Text(
    title="Township doctors miss the first day of high-altitude pulmonary oedema",
    problem="Patients reach us blue and breathless because nobody in the townships reads the early signs; "
    "twelve doctors need to learn bedside lung ultrasound and when to send a patient down.",
    goal="Twelve doctors recognise oedema within six hours and start oxygen before the transfer",
    keywords="high-altitude medicine, pulmonary oedema, ultrasound",
    discipline="内科学",
)
PAPER: FilePayload = {
    "name": "clearance.png",
    "mimeType": "image/png",
    "buffer": bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
        "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
    ),
}
"""A photo of the medical certificate."""
TITLE = "Bedside lung ultrasound for township doctors"


def test_a_training_in_tibet_needs_a_clearance_and_ends_with_certificates(new_page: NewPage, site: Site) -> None:
    say = said_in("en")
    employer = new_page("employer-tibet", language="en", allow=[journey.BEGUN])
    expert, manager = new_page("expert-medicine", language="en"), new_page("manager", language="en")
    need = journey.publish(employer, manager, say, NEED, ["training"])
    terms = Terms(
        mode="training",
        days=5,
        months=3,
        post="Visiting teacher",
        message="Could you teach our township doctors this winter? We pay travel and lodging.",
        answers={"trainees": "12", "certificates_planned": "10", "altitude_m": "4500"},
        is_settled=True,
    )
    pairing = journey.invite(employer, say, need, EXPERT, terms)

    # Without the clearance the manager cannot approve; the expert hands it in with the terms, the employer agrees.
    journey.do(expert, say, pairing, "接受", shows="已接受")
    manager.goto(f"/pairings/{pairing}")
    expect(manager.locator("#approval").get_by_role("button", name=say("批准"), exact=True)).to_be_disabled()
    hand_in_clearance(expert, say)
    journey.do(employer, say, pairing, "同意现在的条款", shows="已接受")
    journey.approve(manager, say, pairing)
    assignment = journey.sign(employer, say, pairing, holds=NAME)
    journey.begin(employer, say, assignment)

    # The session with hours, people and certificates; the employer confirms it.
    log_training(new_page("expert-medicine", size="phone", language="en"), say, assignment)
    employer.goto(f"/assignments/{assignment}")
    journey.press(employer, say("确认培训"))
    expect(employer.locator("#trainings")).to_contain_text(say("已确认"))
    journey.log_day(expert, say, assignment, "First course, two groups of six", part="pm")
    journey.confirm_days(employer, say, assignment)
    journey.claim(expert, say, assignment, "trainees", "12", "Attendance list of the first course")
    journey.confirm_claim(employer, say, assignment)
    journey.confirm_claim(manager, say, assignment)
    journey.ask_and_do(employer, say, assignment, "完成任务", shows="已完成")
    number = journey.certificate(expert, say, assignment)
    journey.verify(new_page(language="en"), say, number, holds=[NAME[0], "Training"])


def hand_in_clearance(page: Page, say: Say) -> None:
    """On the form of terms: the day of the examination and a photo of its paper."""
    page.get_by_role("link", name=say("修改条款")).click()
    page.fill("[name=clearance_on]", (journey.today() - timedelta(days=10)).isoformat())
    page.set_input_files("input[name=clearance_file]", PAPER)
    journey.press(page, say("保存条款"))
    page.wait_for_url(journey.PAIRING)
    expect(page.locator("main")).to_contain_text("clearance.png")


def log_training(page: Page, say: Say, assignment: str) -> None:
    """One session, on a phone."""
    page.goto(f"/assignments/{assignment}")
    journey.fold(page, "add-training")
    box = page.locator("#add-training")
    box.locator("[name=title]").fill(TITLE)
    box.locator("[name=held_on]").fill(journey.today().isoformat())
    box.locator("[name=hours]").fill("16")
    box.locator("[name=headcount]").fill("12")
    box.locator("[name=certificates]").fill("10")
    journey.press(page, say("登记培训"), within="#add-training")
    told = say("%(hours)s 学时，%(people)s 人，发证 %(certificates)s 份", hours=16, people=12, certificates=10)
    expect(page.locator("#trainings")).to_contain_text(TITLE)
    expect(page.locator("#trainings")).to_contain_text(told)
