"""Pages as a browser without scripts sees them: what their forms would send, and what they say."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient


class Page(HTMLParser):
    """The fields of the page's last form that posts, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html, self.fields, self.links = html, [], []
        self._select: str | None = None
        self._options: list[tuple[str, bool]] = []
        self._is_multiple = False
        self._text_of: str | None = None
        self._in_form = False
        self._words: list[str] = []
        self.feed(html)

    @property
    def text(self) -> str:
        """Everything that can be read, with single spaces."""
        return " ".join(" ".join(self._words).split())

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        own = dict(attrs)
        if tag == "form" and own.get("method") == "post" and "logout" not in (own.get("action") or ""):
            self._in_form, self.fields = True, []
        elif tag == "a" and own.get("href"):
            self.links.append(own["href"])
        elif self._in_form:
            self._field(tag, own)

    def _field(self, tag: str, own: dict[str, Any]) -> None:
        name, kind = own.get("name"), own.get("type", "text")
        if tag == "input" and name and (kind not in ("checkbox", "radio") or "checked" in own) and kind != "file":
            self.fields.append((name, own.get("value", "on" if kind == "checkbox" else "")))
        elif tag == "select" and name:
            self._select, self._options = name, []
            self._is_multiple = "multiple" in own
        elif tag == "option" and self._select:
            self._options.append((own.get("value", ""), "selected" in own))
        elif tag == "textarea":
            self._text_of = name
            self.fields.append((name, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._in_form = False
        elif tag == "select" and self._select:
            chosen = [value for value, is_chosen in self._options if is_chosen]
            if not chosen and self._options and not self._is_multiple:
                chosen = [self._options[0][0]]
            self.fields += [(self._select, value) for value in chosen]
            self._select = None
        elif tag == "textarea" and self._text_of:
            name, value = self.fields[-1]
            self.fields[-1] = (name, value.replace("\r\n", "\n").removeprefix("\n"))
            self._text_of = None

    def handle_data(self, data: str) -> None:
        if self._text_of:
            name, value = self.fields[-1]
            self.fields[-1] = (name, value + data)
        self._words.append(data)

    def sent(self, **changed: Any) -> dict[str, list[Any]]:
        """What the form would send, with some fields changed; `__` in a name stands for a dash."""
        values: dict[str, list[Any]] = {}
        for name, value in self.fields:
            values.setdefault(name, []).append(value)
        for name, value in changed.items():
            values[name.replace("__", "-")] = list(value) if isinstance(value, list | tuple) else [value]
        return values


def get(client: FlaskClient, path: str, status: int = 200) -> Page:
    """The page, which must answer with the status."""
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return Page(answer.get_data(as_text=True))


def post(client: FlaskClient, path: str, data: Any, status: int = 303, **more: Any) -> Page:
    """The page that answers; for a redirect the page where it leads."""
    answer = client.post(path, data=data, follow_redirects=False, **more)
    assert answer.status_code == status, (path, answer.status_code, answer.get_data(as_text=True)[-3000:])
    if status == 303:
        return get(client, answer.headers["Location"])
    return Page(answer.get_data(as_text=True))
