"""How the application is put together."""

from __future__ import annotations

from inspect import iscoroutinefunction

import pytest
from flask import Flask


@pytest.mark.once
def test_nothing_asynchronous_ends_a_request(migrated_app: Flask) -> None:
    ends = migrated_app.teardown_appcontext_funcs
    assert ends and not any(map(iscoroutinefunction, ends))
