"""The blueprint that the modules of this folder put their pages on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("needs", __name__, template_folder="templates")
