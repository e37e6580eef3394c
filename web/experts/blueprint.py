"""The blueprint of an expert's own pages, all under `/me`."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("experts", __name__, template_folder="templates")
