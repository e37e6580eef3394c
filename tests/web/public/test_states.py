"""The page of states shows exactly the moves by which the code moves."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models.state_machine import Machine
from web.public.diagrams import MACHINES, Diagram, diagrams
from web.states import STATES


@pytest.fixture
def drawn(app: Flask) -> list[Diagram]:
    with app.test_request_context("/"):
        return diagrams()


def test_every_move_from_every_state_is_an_arrow_and_a_row(drawn: list[Diagram]) -> None:
    machines: list[Machine] = [machine for machine, _name, _words in MACHINES]
    for machine, diagram in zip(machines, drawn, strict=True):
        moves = [(source.value, move.target.value) for move in machine.moves for source in move.sources]
        assert [(row.source, row.target) for row in diagram.rows if row.number] == moves
        assert [arrow.number for arrow in diagram.arrows] == list(range(1, len(moves) + 1))
        assert {box.state for box in diagram.boxes} == {state for move in moves for state in move}


def test_boxes_do_not_overlap_and_lie_in_the_drawing(drawn: list[Diagram]) -> None:
    for diagram in drawn:
        corners = [(box.x, box.y) for box in diagram.boxes]
        assert len(set(corners)) == len(corners)
        assert all(0 < x < diagram.width - 96 and 0 < y < diagram.height - 36 for x, y in corners)


@pytest.mark.parametrize(("language", "words"), [("zh", "派出单位"), ("en", "Home institution")])
def test_page_names_states_moves_and_roles(client: FlaskClient, language: str, words: str) -> None:
    client.get(f"/language/{language}?next=/help")
    page = client.get("/help/states").get_data(as_text=True)
    assert words in page
    assert len(re.findall("<svg width", page)) == len(MACHINES)


@pytest.mark.parametrize(("machine", "words"), [(machine, words) for machine, _, words in MACHINES])
def test_every_state_has_a_word_and_no_word_is_without_a_state(machine: Machine, words: str) -> None:
    known = {state.value for move in machine.moves for state in (*move.sources, move.target)}
    assert set(STATES[words]) == known
