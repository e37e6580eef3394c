"""Settings of the service, from the environment or from arguments, checked at start."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from models.encryption import new_key


class ServiceSettings(BaseSettings):
    """Each field is read from `DONGCAI_<FIELD>` when no argument gives it; the database also from `DATABASE_URL`."""

    model_config = SettingsConfigDict(env_prefix="DONGCAI_", frozen=True)

    var_dir: Path = Path("var")
    """Where the embedded database, the job queue, keys and mail are kept."""
    database_url: str = Field(default_factory=lambda: os.environ.get("DATABASE_URL", ""))
    """Empty: SQLite in `var_dir`."""
    secret_key: str = ""
    """Signs sessions and links. Empty: a key that is made once and kept in `var_dir`."""
    data_keys: str = ""
    """Fernet keys for personal data, newest first, comma-separated. Empty: one that is made once, in `var_dir`."""
    public_url: str = "http://127.0.0.1:8000"
    """How people reach the service; links in mail begin with it."""
    secure_cookies: bool | None = None
    """Cookies over HTTPS only. None: when `public_url` is HTTPS."""
    smtp_url: str = ""
    """`smtp://user:password@host:587` (STARTTLS) or `smtps://…`. Empty: mail is written to the log."""
    mail_from: str = "dongcai@localhost"
    rate_limit_storage: str = "memory://"
    """Where the counts of the rate limits are kept: `memory://`, or `redis://…` for several processes."""
    rate_limits: bool = True
    threads: int = Field(default=3, ge=1, le=64)
    """Requests that are answered at the same time. More take turns with the interpreter, and each lasts longer."""
    redis_url: str = ""
    """The job queue on Redis, `redis://…`, for workers on several machines. Empty: SQLite in `var_dir`."""
    retention_file: Path = Path(__file__).parents[1] / "seed_data" / "retention.yaml"
    """How long what is kept is kept; see the file."""
    map_review_number: str = ""
    """审图号 of the map, shown in the footer."""
    icp_number: str = ""
    """ICP filing number, shown in the footer."""

    @field_validator("database_url")
    @classmethod
    def _usual_driver(cls, url: str) -> str:
        """`postgres://` and `postgresql://` mean the psycopg driver that comes with the project."""
        for scheme in ("postgres://", "postgresql://"):
            if url.startswith(scheme):
                return "postgresql+psycopg://" + url.removeprefix(scheme)
        return url

    @property
    def engine_url(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{(self.var_dir / 'dongcai.sqlite3').resolve()}"

    @property
    def cookies_are_secure(self) -> bool:
        """Whether cookies go over HTTPS only."""
        return self.public_url.startswith("https://") if self.secure_cookies is None else self.secure_cookies

    def kept_secret_key(self) -> str:
        """The signing key, made on first use."""
        return self.secret_key or _kept(self.var_dir / "secret.key", secrets.token_urlsafe(48))

    def kept_data_keys(self) -> list[bytes]:
        """The keys for personal data, made on first use."""
        written = self.data_keys or _kept(self.var_dir / "data.keys", new_key().decode())
        return [key.strip().encode() for key in written.replace("\n", ",").split(",") if key.strip()]


def _kept(path: Path, fresh: str) -> str:
    """The file's text; the fresh text is written first where there is no file, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("utf-8").strip()
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(fresh + "\n")
    return fresh
