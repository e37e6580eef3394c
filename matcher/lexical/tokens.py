"""Tokens for lexical matching: search-mode Chinese words and character bigrams, plain English words."""

from __future__ import annotations

import re

_HAN_RUN = re.compile(r"[㐀-䶿一-鿿豈-﫿]+")
_WORD = re.compile(r"[a-z][a-z0-9\-]*[a-z0-9]|[a-z]\d+")

# Function words and the words of every posting and every abstract: they carry no topic.
STOP_WORDS = frozenset(
    """
    a an and are as at be been being by can could did do does during each for from had has have he her his how however
    in into is it its may more most not of on or our should such than that the their them then there these they this
    those through thus to under using used use upon via was we were what when where which while who will with within
    without would paper study results result method methods based new proposed propose show shows approach novel
    need needs want help expert experts please also both between over all any no
    """.split()  # noqa: SIM905 - a paragraph of words reads better than a list
)


def singular(word: str) -> str:
    """The cheapest of stemmers: plural endings only, so that what is shown stays readable."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes", "viruses")):
        return word[:-2]
    if len(word) > 5 and word.endswith("oes"):  # tomatoes, but shoes and aloes
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def words_of(text: str) -> list[str]:
    """English words of a normalised text, lower case, singular, without stop words."""
    return [singular(word) for word in _WORD.findall(text.lower()) if word not in STOP_WORDS]


def bigrams_of(text: str) -> list[str]:
    """Chinese character bigrams of a text, run by run."""
    return [run[i : i + 2] for run in _HAN_RUN.findall(text) for i in range(len(run) - 1)]


def tokens(text: str) -> list[str]:
    """All tokens of a text: search-mode Chinese words of three characters and more, bigrams, English words.

    Two-character words are bigrams already; they are not counted twice.
    """
    import rjieba

    chinese = [
        word for run in _HAN_RUN.findall(text) for word in rjieba.cut_for_search(run, hmm=True) if len(word) >= 3
    ]
    return chinese + bigrams_of(text) + words_of(text)
