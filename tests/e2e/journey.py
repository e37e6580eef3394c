"""The long way of a pairing through the pages, as its people go it: each step is what one of them does by forms."""

from __future__ import annotations

import re
import sqlite3
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

from playwright.sync_api import FilePayload, Page, expect

from .conftest import Site
from .needs import Text, post
from .words import Say

SCAN: FilePayload = {
    "name": "三方协议（已签）.pdf",
    "mimeType": "application/pdf",
    "buffer": b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
}
"""The scan of a signed agreement."""
BEGUN = "/begin"
"""Where a browser reports that the minute's job began an assignment before the person did."""
PAIRING = re.compile(r".*/pairings/([A-Z]+\d+-\d+)$")
ASSIGNMENT = re.compile(r".*/assignments/([A-Z]+\d+-\d+)")


def shift(site: Site, statement: str, *values: object) -> int:
    """Lets time pass: changes days in the database, which nobody can do by the pages; how many rows."""
    with closing(sqlite3.connect(site.var_dir / "dongcai.sqlite3", timeout=30)) as database, database:
        return database.execute(statement, values).rowcount


@dataclass(frozen=True)
class Terms:
    """What an invitation says. `answers`: name of a field → what is chosen or written in it."""

    mode: str
    days: float
    months: int = 6
    post: str = ""
    pay: str = "0"
    message: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    is_settled: bool = False
    """Every clause is written too."""

    @property
    def starts(self) -> date:
        """Today in China, so that the first day can be served at once."""
        return today()

    @property
    def ends(self) -> date:
        return self.starts + timedelta(days=30 * self.months)


def today() -> date:
    """The day that it is where the service counts days."""
    from web.services.need_submission import today_in_china

    return today_in_china()


def press(page: Page, text: str, *, within: str = "main") -> None:
    """Presses the button with exactly this text."""
    page.locator(within).get_by_role("button", name=text, exact=True).click()


def publish(employer: Page, manager: Page, say: Say, text: Text, modes: Sequence[str]) -> str:
    """The employer posts a need, the manager publishes it; its code."""
    code = post(employer, text, modes=modes)
    manager.goto(f"/desk/needs/{code}")
    for box in manager.locator("input[name=overruled]").all():
        box.check()
    press(manager, say("通过并发布"))
    expect(manager.get_by_text(say("已发布")).first).to_be_visible()
    return code


def invite(page: Page, say: Say, need: str, expert: str, terms: Terms) -> str:
    """From the expert's page to an invitation; the pairing's code."""
    page.goto(f"/experts/{expert}?need={need}")
    page.get_by_role("link", name=say("邀请"), exact=True).click()
    write_terms(page, say, terms)
    press(page, say("发出邀请"))
    page.wait_for_url(PAIRING)
    expect(page.locator("main .badge").first).to_have_text(say("已邀请"))
    found = PAIRING.match(page.url)
    assert found
    return found[1]


def write_terms(page: Page, say: Say, terms: Terms) -> None:
    """Fills the form of terms; what depends on the mode comes when it is chosen."""
    page.check(f"input[name=mode][value={terms.mode}]")
    page.fill("#starts", terms.starts.isoformat())
    page.fill("#ends", terms.ends.isoformat())
    page.fill("#days_per_year", f"{terms.days:g}")
    page.fill("#post", terms.post)
    page.fill("#pay", terms.pay)
    if terms.message:
        page.fill("#message", terms.message)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        press(page, say("按上面所填更新条款和规则"))
    expect(page.locator(".htmx-request")).to_have_count(0)
    for name, value in terms.answers.items():
        answer(page, name, value)
    if terms.is_settled:
        page.locator("#by-mode details summary").filter(has_text=re.compile(r"协议条款|lause")).click()
        for clause in page.locator("textarea[name^=clause-]").all():
            clause.fill(f"{clause.get_attribute('name')}：按双方商定的办理，细节见附件。")


def answer(page: Page, name: str, value: str) -> None:
    """Ticks, chooses or writes."""
    choice = page.locator(f"input[name='{name}'][value='{value}']")
    if choice.count():
        choice.check()
    elif page.locator(f"select[name='{name}']").count():
        page.select_option(f"select[name='{name}']", label=value)
    else:
        page.fill(f"[name='{name}']", value)


def do(page: Page, say: Say, code: str, button: str, *, shows: str) -> None:
    """Presses a button of the pairing's page; `shows`: the state's word afterwards."""
    page.goto(f"/pairings/{code}")
    press(page, say(button))
    expect(page.locator("main .badge").first).to_have_text(say(shows))


def fold(page: Page, id_: str) -> None:
    """Opens a form that is folded away."""
    page.locator(f"#{id_} > summary").click()


def notice_and_consent(page: Page, say: Say, site: Site, code: str) -> None:
    """The officer shows the public notice, two weeks pass, it is ended and the institution consents."""
    page.goto(f"/institution/requests/{code}")
    page.locator("#notice [name=place]").fill("人事处公告栏")
    page.locator("#notice [name=starts]").fill(today().isoformat())
    press(page, say("开始公示"))
    expect(page.locator("#notice")).to_contain_text(say("公示中"))
    expect(page.get_by_role("button", name=say("结束公示"))).to_be_disabled()
    moved = "UPDATE public_notice SET starts = ? WHERE pairing_id = (SELECT id FROM pairing WHERE code = ?)"
    assert shift(site, moved, (today() - timedelta(days=14)).isoformat(), code) == 1
    page.reload()
    page.locator("#notice [name=ends]").fill(today().isoformat())
    press(page, say("结束公示"))
    expect(page.locator("#notice")).to_contain_text(say("公示已结束"))
    press(page, say("同意此项请求"))
    expect(page.locator("main .badge").first).to_have_text(say("单位已同意"))


def approve(page: Page, say: Say, code: str, *, waive: str = "") -> None:
    """The manager reads the rules, waives what may be waived with this reason, and approves."""
    page.goto(f"/pairings/{code}")
    approval = page.locator("#approval")
    expect(approval.locator(".ruled").first).to_be_visible()
    if waive:
        expect(approval.get_by_role("button", name=say("批准"), exact=True)).to_be_disabled()
        approval.locator("summary", has_text=say("豁免并说明原因")).first.click()
        approval.locator("details[open] [name=reason]").fill(waive)
        press(page, say("豁免这条规则"))
        expect(page.locator("#approval")).to_contain_text(waive)
    press(page, say("批准"))
    expect(page.locator("main .badge").first).to_have_text(say("已批准"))


def sign(page: Page, say: Say, code: str, *, holds: str) -> str:
    """The employer makes the agreement, reads it (`holds`: words in it), hands in the signed one; the assignment."""
    page.goto(f"/pairings/{code}")
    page.get_by_role("link", name=say("上传签好的协议")).click()
    press(page, say("生成协议文本"))
    with page.expect_download() as loading:
        page.get_by_role("link", name=say("下载协议文本（Word）")).click()
    assert holds in words_of(loading.value.path())
    assert loading.value.suggested_filename.endswith(".docx")
    page.set_input_files("#sign input[type=file]", SCAN)
    for box in page.locator("#sign [name$=_signed_on]").all():
        box.fill(today().isoformat())
    press(page, say("提交，建立任务"))
    expect(page.locator("main .badge").first).to_have_text(say("已签约"))
    page.get_by_role("link", name=say("查看任务")).click()
    page.wait_for_url(ASSIGNMENT)
    found = ASSIGNMENT.match(page.url)
    assert found
    return found[1]


def words_of(path: Path) -> str:
    """The text of a Word file, without its marks."""
    with zipfile.ZipFile(BytesIO(path.read_bytes())) as file:
        return re.sub(r"<[^>]+>", "", file.read("word/document.xml").decode())


def begin(page: Page, say: Say, code: str) -> None:
    """The assignment begins, by the employer's hand or by the minute's job if that comes first."""
    page.goto(f"/assignments/{code}")
    link = page.get_by_role("link", name=say("开始任务"))
    if link.is_visible():
        link.click()
        press(page, say("开始任务"))
        page.wait_for_load_state()
        page.goto(f"/assignments/{code}")
    expect(page.locator("main .badge").first).to_have_text(say("进行中"))


def log_day(page: Page, say: Say, code: str, done: str, *, part: str = "day") -> None:
    """The expert logs today, or a half of it: the same expert may serve elsewhere in the other."""
    page.goto(f"/assignments/{code}")
    page.get_by_role("link", name=say("登记服务"), exact=True).first.click()
    page.fill("#day", today().isoformat())
    if page.locator("[name=hours]").count():
        page.fill("[name=hours]", "4")
    else:
        page.check(f"input[name=part][value={part}]")
    page.fill("[name=done]", done)
    press(page, say("登记"))
    expect(page.locator("#logs")).to_contain_text(done)
    expect(page.locator("#logs")).to_contain_text(say("待确认（%(n)s 条）", n=1))


def confirm_days(page: Page, say: Say, code: str) -> None:
    """The employer confirms what was logged."""
    page.goto(f"/assignments/{code}")
    page.check("#logs [data-select-all]")
    press(page, say("确认选中的记录"))
    expect(page.locator("#logs")).to_contain_text(say("已办理（%(n)s 条）", n=1))


def claim(page: Page, say: Say, code: str, indicator: str, value: str, note: str) -> None:
    """The expert claims an outcome."""
    page.goto(f"/assignments/{code}")
    fold(page, "add-claim")
    page.select_option("#claim-indicator", indicator)
    page.fill("#claim-value", value)
    page.fill("#claim-note", note)
    press(page, say("新增成果"), within="#add-claim")
    expect(page.locator("#outcomes")).to_contain_text(note)


def confirm_claim(page: Page, say: Say, code: str) -> None:
    """The employer, and after it the manager, confirms the outcome."""
    page.goto(f"/assignments/{code}")
    press(page, say("确认成果"))
    expect(page.get_by_role("button", name=say("确认成果"))).to_have_count(0)


def ask_and_do(page: Page, say: Say, code: str, button: str, *, shows: str, reason: str = "") -> None:
    """A move of the assignment, which is asked about on a page of its own."""
    page.goto(f"/assignments/{code}")
    page.get_by_role("link", name=say(button)).click()
    if reason:
        page.fill("#reason", reason)
    press(page, say(button))
    expect(page.locator("main .badge").first).to_have_text(say(shows))


def appraise(page: Page, say: Say, code: str, comment: str) -> None:
    """One side appraises the other."""
    page.goto(f"/assignments/{code}")
    fold(page, "add-appraisal")
    for mark in page.locator("#add-appraisal input[value='5']").all():
        mark.check()
    page.fill("#appraisal-comment", comment)
    press(page, say("提交评价"))
    expect(page.locator("#add-appraisal")).to_have_count(0)


def evaluate(page: Page, say: Say, code: str) -> None:
    """The manager evaluates; the formula gives the grade."""
    page.goto(f"/assignments/{code}")
    fold(page, "add-evaluation")
    press(page, say("考核任务"), within="#add-evaluation")
    page.locator("dialog[open] [data-confirm-yes]").click()
    expect(page.locator("main .badge").first).to_have_text(say("已考核"))


def certificate(page: Page, say: Say, code: str) -> str:
    """The expert takes the certificate; its number."""
    page.goto(f"/assignments/{code}")
    press(page, say("开具服务证明"))
    shown = page.locator("#certificate")
    found = re.search(r"ZM\d{4}-\d{6}", shown.inner_text())
    assert found, shown.inner_text()
    with page.expect_download() as loading:
        shown.get_by_role("link", name=say("下载 PDF")).click()
    paper = loading.value.path().read_bytes()
    assert paper.startswith(b"%PDF-")
    assert len(paper) > 3000
    return found.group()


def verify(page: Page, say: Say, number: str, *, holds: Sequence[str]) -> None:
    """A visitor types the number from the paper."""
    page.goto("/verify")
    page.fill("#number", number)
    press(page, say("查验"))
    expect(page.locator("main")).to_contain_text(say("证明有效"))
    for words in holds:
        expect(page.locator("main")).to_contain_text(words)
