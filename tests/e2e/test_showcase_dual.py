"""双聘 between Shanghai and Gansu, from a published need to a certificate, by everybody who has a part in it."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from stdnum.cn import uscc

from . import journey
from .conftest import NewPage, Site
from .journey import Terms
from .needs import Text
from .people import enter, link_in_mail
from .words import Say, said_in

EXPERT, NAME = "ZJ000158", "薄砚清"
HOME = "上海沪东医学院附属高原病研究中心"
"""Where the expert works; nobody acts for it yet."""
OFFICER, ADDRESS = "申若谷", "renshi@hudong.example.org"
PASSWORD = "five wells beside the gate 3"  # noqa: S105 - of an invented person
NEED = Text(
    title="慢性高原病血清样本库没有质控方法",
    problem="库里攒了六千份血清，反复冻融后红细胞生成素测不准，同一份样本两次结果差三成，试剂换批次就要重做。",
    goal="建立样本入库和复测的质控流程，批间差降到一成以内",
    keywords="慢性高原病、红细胞增多症、质量控制",
    discipline="内科学",
)
TERMS = Terms(
    mode="dual_appointment",
    days=6,
    months=24,
    post="客座研究员",
    pay="6",
    message="想请您帮我们把高原病样本的质控立起来，每季度来兰州一次。",
    answers={"has_permanent_post": "yes", "earlier_terms": "0"},
    is_settled=True,
)
DONE = "带三名检验员走完样本入库、复测和判读全流程"
RESULT = "制定《血清样本入库与复测质控流程》一份，已在样本库试行"


def test_a_dual_appointment_goes_from_a_published_need_to_a_certificate(new_page: NewPage, site: Site) -> None:
    say = said_in("zh")
    employer = new_page("employer-lanzhou", allow=[journey.BEGUN])
    expert, manager = new_page("expert-medicine"), new_page("manager")
    need = journey.publish(employer, manager, say, NEED, ["dual_appointment"])
    pairing = journey.invite(employer, say, need, EXPERT, TERMS)

    # The expert finds the invitation, sees no address before accepting, and names the officer of the institution.
    expert.goto("/me/pairings")
    expert.get_by_role("row").filter(has_text=pairing).get_by_role("link").click()
    expect(expert.locator("#contact")).to_contain_text(say("对方接受之后，双方和负责的管理人员可以查看。"))
    journey.press(expert, say("接受"))
    expect(expert.locator("main .badge").first).to_have_text(say("已接受"))
    journey.press(expert, say("查看联系方式"))
    expect(expert.locator("#contact")).to_contain_text("@")
    officer = name_officer(expert, new_page(), say, site, pairing)

    # A new institution is checked before it may consent; then notice is given, and it consents.
    manager.goto("/desk/organisations")
    manager.get_by_role("link", name=HOME).click()
    journey.press(manager, say("核验通过"))
    manager.wait_for_url(lambda url: "/desk/organisations/" not in url)
    journey.notice_and_consent(officer, say, site, pairing)

    # Manager, agreement, signature.
    manager.goto("/desk/pairings")
    manager.get_by_role("row").filter(has_text=pairing).get_by_role("link").click()
    journey.approve(manager, say, pairing)
    assignment = journey.sign(employer, say, pairing, holds=NAME)
    journey.begin(employer, say, assignment)

    # Service, on a phone; results; the end.
    phone = new_page("expert-medicine", size="phone")
    journey.log_day(phone, say, assignment, DONE, part="am")
    journey.confirm_days(employer, say, assignment)
    journey.claim(expert, say, assignment, "problem_solved", "1", RESULT)
    journey.confirm_claim(employer, say, assignment)
    journey.confirm_claim(manager, say, assignment)
    journey.ask_and_do(employer, say, assignment, "完成任务", shows="已完成")
    journey.appraise(employer, say, assignment, "到岗及时，流程写得清楚，检验员都会用了。")
    journey.appraise(expert, say, assignment, "场地和人员都按约定到位。")
    expect(expert.locator("#outcomes")).to_contain_text("检验员都会用了")
    journey.evaluate(manager, say, assignment)
    number = journey.certificate(expert, say, assignment)
    journey.verify(new_page(), say, number, holds=[NAME[0], "兰州", say("双聘")])


def name_officer(expert: Page, officer: Page, say: Say, site: Site, pairing: str) -> Page:
    """The expert names somebody, who registers the institution and takes the link; the officer's page."""
    expert.get_by_role("link", name=say("指定经办人")).click()
    expect(expert.locator("main")).to_contain_text(HOME)
    expert.fill("#name", OFFICER)
    expert.fill("#email", ADDRESS)
    journey.press(expert, say("发送链接"))
    link = link_in_mail(site.var_dir, to=ADDRESS)
    officer.goto(link)
    expect(officer.locator("main")).to_contain_text(HOME)
    officer.get_by_role("link", name=say("注册派出单位")).click()
    officer.fill("#name", OFFICER)
    officer.fill("#email", ADDRESS)
    officer.fill("#password", PASSWORD)
    journey.press(officer, say("下一步"))
    body = "123101150DC820001"
    officer.fill("#credit_code", body + uscc.calc_check_digit(body))
    journey.press(officer, say("下一步"))
    officer.fill("#name", HOME)
    officer.select_option("#kind", index=1)
    officer.select_option("#province", "310000")
    officer.locator("#city option[value='310115']").wait_for(state="attached")
    officer.select_option("#city", "310115")
    journey.press(officer, say("完成注册"))
    expect(officer.locator("main h1")).to_have_text(say("请确认邮箱"))
    confirm = link_in_mail(site.var_dir, to=ADDRESS)
    assert confirm != link
    officer.goto(confirm)
    if "/login" in officer.url:
        enter(officer, ADDRESS, PASSWORD)
        officer.wait_for_url(lambda url: "/login" not in url)
    officer.goto(link)
    journey.press(officer, say("下一步"))
    officer.wait_for_url("**/institution/requests")
    return officer
