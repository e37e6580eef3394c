"""`dongcai administrator`: the first administrator of an installation."""

from __future__ import annotations

import click
from email_validator import EmailNotValidError, validate_email
from flask_security import hash_password

from models.database import writing
from web.accounts.passwords import normalise, problems
from web.cli.application import application
from web.extensions import db
from web.services.accounts import find_credential
from web.services.errors import InvalidError
from web.services.first_administrator import make_administrator


@click.command()
@click.argument("email")
@click.option("--name", default="管理员", show_default=True, help="The person's name, for a new account.")
@click.option("--password", envvar="DONGCAI_PASSWORD", help="For a new account; asked for when it is not given.")
def administrator(email: str, name: str, password: str | None) -> None:
    """Make the person with this address an administrator; the account is made where there is none."""
    with application() as app, app.test_request_context(), writing():
        hashed = "" if find_credential(db.session, email) else _hashed(email, password)
        try:
            user = make_administrator(db.session, email=email, name=name, password_hash=hashed)
        except InvalidError as error:
            raise click.ClickException(error.sentence.en) from error
        db.session.commit()
        click.echo(f"{user.name} <{email}> is an administrator")


def _hashed(email: str, password: str | None) -> str:
    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError as error:
        raise click.ClickException(f"{email!r} is no e-mail address: {error}") from error
    password = normalise(password or click.prompt("Password", hide_input=True, confirmation_prompt=True))
    wrong = problems(password, email=email)
    if wrong:
        raise click.ClickException("; ".join(wrong))
    return str(hash_password(password))
