"""The blueprint of reports."""

from __future__ import annotations

from flask import Blueprint

from models.choices import Role
from web.permissions import allows

blueprint = Blueprint("reports", __name__, template_folder="templates", url_prefix="/desk/reports")
manager = allows(Role.MANAGER)
