"""The blueprint of the accounts' pages, apart from its views so that several modules can add to it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("accounts", __name__, template_folder="templates")
