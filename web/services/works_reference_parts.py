"""What parts of a reference look like: authors, years, venues, kinds. Rules of thumb; people correct the rest."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from models.choices import WorkKind

HAN = "㐀-鿿"

_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范"
    "金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄"
    "聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁房滕屈"
    "饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣"
    "巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强"
)
_COMPOUND = ("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯", "端木")

_ZH_NAME = rf"(?:[{HAN}]{{2,4}}|[{HAN}]{{1,8}}[·•・][{HAN}]{{1,8}})"
_ZH_LIST = re.compile(
    rf"{_ZH_NAME}(?:\s*[,，、;；\s]\s*{_ZH_NAME})*(?:\s*[,，、;；]?\s*等[人著编]?|[,，、;；]?\s*et al)?[,，]?"
)
_ZH_ONE = re.compile(rf"[{HAN}]{{2,4}}(?:[,，、]?\s*(?:主编|编著|著|编|等))?")

_WORD = r"[A-ZÀ-ÖØ-ÞŁŚŽ][A-Za-zÀ-ÖØ-öø-ÿŁłŚśŽž'’\-]*"
_INITIALS = r"(?:[A-Z]\.?(?:\s?-\s?|\s)?){1,4}"
_PARTICLE = r"(?:(?:van|von|de|der|den|di|da|del|la|le|al|bin|ter)\s+){0,3}"
_EN_NAME = re.compile(
    rf"{_PARTICLE}(?:{_WORD}(?:\s{_WORD})?\s{_INITIALS}|{_INITIALS}\s?{_PARTICLE}{_WORD}(?:\s{_WORD})?"
    rf"|{_WORD}(?:\s{_WORD}){{0,2}}|{_INITIALS})"
)
_EN_SEPARATOR = re.compile(r"\s*(?:[,，;；]\s*(?:and|&|与|和)?|\s(?:and|&|with)\s)\s*(?:and\s|&\s*)?", re.IGNORECASE)
_ET_AL = re.compile(r"[,，]?\s*(?:et\s+al\.?|等|and others|\.{3}|…)\s*$", re.IGNORECASE)
_NOTE = re.compile(r"[（(\[][^（()）\[\]]{0,20}[）)\]]|[*＊#†‡§¶∗△▲]|(?<=\w)\d{1,2}(?=[,，、;；]|$)|\(?\bEds?\.?\)?")
_INITIAL = re.compile(r"\b[A-Z]\b")

_YEAR = r"(?:19[5-9]\d|20\d\d)"
_BARE_YEAR = re.compile(rf"(?<![\d\-–—:：/])(?<![:：]\s)({_YEAR})(?!\d)")
_ANY_YEAR = re.compile(rf"(?<!\d)({_YEAR})(?!\d)")
_DATE = re.compile(rf"(?<!\d)({_YEAR})(?:[-./]\d{{1,2}}[-./]\d{{1,2}}|\s*年)")

_VOLUME = re.compile(
    r"\d+\s*[（(]\s*\d+[^)）]{0,8}[)）]|\bpp?\.\s*\d|[:：]\s*[eE]?\d+\s*[-–—~]\s*[eE]?\d+|\bvol\.", re.IGNORECASE
)
_SIGNS: tuple[tuple[WorkKind, tuple[str, ...]], ...] = (
    (WorkKind.SOFTWARE, ("软件著作权", "软著", r"20\d\dSR\d+", "software copyright")),
    (WorkKind.PATENT, ("专利", "实用新型", r"\bZL\s?\d", r"\bCN\s?\d{7,}", r"\bpatent\b")),
    (
        WorkKind.VARIETY,
        ("品种审定", "审定编号", "新品种权", "植物新品种", "品种登记", "国审", rf"[{HAN}]审[{HAN}]{{0,2}}\d{{4,}}"),
    ),
    (
        WorkKind.STANDARD,
        (
            r"\b(?:GB|NY|LY|HJ|WS|YY|DB\d\d|SN|QB|SC|TY)(?:\s?/\s?T)?\s?\d{2,}",
            "(?:国家|行业|地方|团体|企业)标准",
            r"\bISO\s?\d{3,}",
        ),
    ),
    (
        WorkKind.AWARD,
        ("[特一二三]等奖", "(?:科技进步|科学技术|自然科学|技术发明|丰收|优秀成果)奖", r"\baward\b", r"\bprize\b"),
    ),
    (
        WorkKind.PROJECT,
        ("基金|课题|专项|重点研发|攻关|主持", "(?:计划|面上|青年|科技)项目|项目编号", r"\bgrant no|\bfunded by\b"),
    ),
    (WorkKind.BOOK, ("出版社|专著|主编|编著|教材", r"\b(?:Press|Springer|Elsevier|Wiley)\b")),
)
_KINDS = tuple((kind, re.compile("|".join(signs), re.IGNORECASE)) for kind, signs in _SIGNS)
_PAPER_FIRST = frozenset({WorkKind.BOOK, WorkKind.PROJECT, WorkKind.AWARD})
"""Words of these kinds also stand in papers; a volume or pages then decide for the paper."""


def kind_of(text: str) -> WorkKind:
    """The kind that a reference's words speak for; a paper when nothing speaks for another."""
    has_volume = bool(_VOLUME.search(text))
    for kind, pattern in _KINDS:
        if pattern.search(text) and not (has_volume and kind in _PAPER_FIRST):
            return kind
    return WorkKind.PAPER


def year_of(*texts: str) -> int | None:
    """The year of the first text that has one: a full date's, else one that stands alone, never one in a page range."""
    latest = datetime.now(UTC).year + 1
    for pattern in (_DATE, _BARE_YEAR, _ANY_YEAR):
        for text in texts:
            for found in pattern.finditer(text):
                if int(found[1]) <= latest:
                    return int(found[1])
    return None


def is_authors(text: str, *, is_sure: bool) -> bool:
    """Whether the text is a list of names. A single name without initials counts only when the place makes it sure."""
    plain = _NOTE.sub("", _ET_AL.sub("", text)).strip(" ,，;；.。、")
    if not plain or len(plain) > 600:
        return False
    if re.search(rf"[{HAN}]", plain) and not re.search(r"[A-Za-z]{2}", plain):
        return _are_chinese_names(plain, is_sure=is_sure or plain != text.strip(" .。"))
    names = [name.strip(" .,") for name in _EN_SEPARATOR.split(plain)]
    names = [name for name in names if name]
    if not names or not all(_EN_NAME.fullmatch(name) or _ZH_ONE.fullmatch(name) for name in names):
        return False
    return is_sure or bool(_INITIAL.search(plain)) or (len(names) > 1 and all(" " in name for name in names))


def is_chinese_name(text: str) -> bool:
    """Whether it is a Chinese name by its surname and length."""
    name = text.strip()
    return bool(re.fullmatch(rf"[{HAN}]{{2,4}}", name)) and (
        (name[0] in _SURNAMES and len(name) <= 3) or (name.startswith(_COMPOUND) and len(name) >= 3)
    )


def _are_chinese_names(text: str, *, is_sure: bool) -> bool:
    if not _ZH_LIST.fullmatch(text):
        return False
    names = [name for name in re.split(r"[,，、;；\s]+", text) if name and name != "等"]
    known = sum(map(is_chinese_name, names))
    return is_sure or 2 * known >= len(names) + (len(names) == 1)


def venue_of(text: str, kind: WorkKind) -> str:
    """The journal, or for other works the publisher, school or number, at the beginning of what follows the title."""
    rest = text.strip(' .,，。;；:：/—-“”"《》')
    if not rest:
        return ""
    if kind == WorkKind.PATENT:
        return rest if len(rest) <= 40 and not _DATE.fullmatch(rest) and re.search(r"\d{6}", rest) else ""
    parts = re.split(r"\s*[,，;；。]\s*|\.\s+(?=[\dvVpP第])|\s+(?=vol\.|第?\d)", rest)
    kept: list[str] = []
    for part in parts:
        if re.match(rf"{_YEAR}|[（(]?\d|vol\b|no\b|pp?\.|第\s*\d|卷|in press|doi", part, re.IGNORECASE):
            break
        kept.append(re.sub(rf"\s*[（(]?{_YEAR}.*$", "", part))
        if re.search(rf"[{HAN}]", part):
            break
    venue = ", ".join(part for part in kept if part)
    if kind != WorkKind.PAPER or re.fullmatch(rf"[{HAN}]{{2,6}}[:：].+", venue):
        venue = re.split(r"[:：]\s*", venue)[-1]
    return venue.strip(' .:：《》“”"（(')
