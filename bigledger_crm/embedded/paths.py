"""Where the one-machine default keeps its data and its sockets: pure functions of the data directory."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

# The kernel holds a socket's path in 108 bytes with its final NUL (104 on macOS).
SOCKET_PATH_LIMIT = 103
SHORT_ROOT = Path("/tmp")  # noqa: S108  the directory made below it belongs to one user and is closed to others
POSTGRES_SOCKET = ".s.PGSQL.5432"
FIRST_MAIL_PORT = 20_000
MAIL_PORTS = 10_000
FIRST_SIMULATOR_PORT = 30_000
SIMULATOR_PORTS = 2_500


def data_directory() -> Path:
    """The directory for everything that the product stores: BIGLEDGER_DATA_DIR, else var/ beside manage.py."""
    default = Path(__file__).resolve().parent.parent.parent / "var"
    return Path(os.environ.get("BIGLEDGER_DATA_DIR") or default).resolve()


@dataclass(frozen=True)
class Layout:
    """The places inside one data directory."""

    data: Path

    @property
    def run(self) -> Path:
        """What is worthless after a stop: lock, stamps, schedules."""
        return self.data / "run"

    @property
    def postgres(self) -> Path:
        """PostgreSQL's cluster."""
        return self.data / "postgres"

    @property
    def valkey(self) -> Path:
        """Valkey's append-only file."""
        return self.data / "valkey"

    @property
    def mail(self) -> Path:
        """Captured email, one .eml file each."""
        return self.data / "mail"

    @property
    def files(self) -> Path:
        """Rendered documents and attachments."""
        return self.data / "files"

    @property
    def backups(self) -> Path:
        """Archives of backups, where BACKUP_URL names no other place."""
        return self.data / "backups"

    @property
    def restoring(self) -> Path:
        """Is there while a restore has begun and not finished."""
        return self.data / "restoring"

    @property
    def schedule(self) -> Path:
        """Where Celery beat notes what it has rung for."""
        return self.run / "beat"

    @property
    def metrics(self) -> Path:
        """What the product's processes count, one file each."""
        return self.run / "metrics"

    @property
    def home(self) -> Path:
        """The home of the product's processes, where they have another user than the supervisor."""
        return self.run / "home"

    @property
    def secret_key(self) -> Path:
        """The generated SECRET_KEY."""
        return self.data / "secret_key"

    @property
    def demo(self) -> Path:
        """Sign-in and API key of the demo company."""
        return self.data / "demo.json"

    @property
    def sockets(self) -> Path:
        """The directory of the sockets: in the data directory, or a short one where that path would be too long.

        The same for every user: as root the product's processes run as another one.
        """
        inside = self.run / "sockets"
        if len(os.fsencode(inside / "postgres" / POSTGRES_SOCKET)) <= SOCKET_PATH_LIMIT:
            return inside
        return SHORT_ROOT / f"bigledger-{self.fingerprint}"

    @property
    def fingerprint(self) -> str:
        """Sixteen characters that stand for this data directory."""
        return hashlib.sha256(os.fsencode(self.data)).hexdigest()[:16]

    @property
    def postgres_sockets(self) -> Path:
        """The directory that PostgreSQL's server owns and listens in."""
        return self.sockets / "postgres"

    @property
    def valkey_socket(self) -> Path:
        """The socket that Valkey listens on, in a directory that its user owns."""
        return self.sockets / "valkey" / "valkey.sock"

    @property
    def mail_port_file(self) -> Path:
        """Holds the mail capture's port while another than the usual one is in use."""
        return self.run / "mail.port"

    @property
    def myinvois_simulator(self) -> Path:
        """What the simulator of MyInvois keeps."""
        return self.data / "myinvois_simulator"

    @property
    def simulator_port_file(self) -> Path:
        """Holds the simulator's port, once it has been started."""
        return self.run / "myinvois_simulator.port"

    def database_url(self, user: str = "bigledger", database: str = "bigledger") -> str:
        """The embedded database's URL, for libpq and DATABASE_URL alike."""
        return f"postgresql://{user}@/{database}?host={quote(str(self.postgres_sockets), safe='/')}"

    def redis_url(self) -> str:
        """The embedded Valkey's URL, for redis-py and REDIS_URL alike."""
        return f"unix://{quote(str(self.valkey_socket), safe='/')}"

    def mail_port(self) -> int:
        """The loopback port of the mail capture: the one last used, else one that follows from the directory's name."""
        return self._port(self.mail_port_file, FIRST_MAIL_PORT, MAIL_PORTS)

    def simulator_port(self) -> int:
        """The loopback port of the simulator of MyInvois, chosen in the same way."""
        return self._port(self.simulator_port_file, FIRST_SIMULATOR_PORT, SIMULATOR_PORTS)

    def _port(self, file: Path, first: int, count: int) -> int:
        return int(file.read_text()) if file.exists() else first + int(self.fingerprint, 16) % count
