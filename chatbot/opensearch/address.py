"""Where a collection is kept: `opensearch://HOST:PORT/NAME`, with credentials from a file or the environment."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatbot.common.files import UnreadableFileError, read_toml
from chatbot.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "CHATBOT_OPENSEARCH"  # names a TOML file with the keys of `Access`
USER, PASSWORD = "CHATBOT_OPENSEARCH_USER", "CHATBOT_OPENSEARCH_PASSWORD"
_SCHEME = "opensearch://"
_PORT = 9200
_HOST = re.compile(r"(?P<host>\[[0-9a-fA-F:]+\]|[\w.-]+)(?::(?P<port>\d{1,5}))?")
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,99}")
_FORM = "write it as opensearch://HOST:9200/NAME"


@dataclass(frozen=True, slots=True)
class Access:
    """How the hosts are spoken to: with TLS or not, and as whom. Paths are those of PEM files."""

    tls: bool = False
    ca: str = ""
    certificate: str = ""
    key: str = ""
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Address:
    """The hosts of a cluster, any of which can be asked, and the name of a collection in it."""

    hosts: tuple[tuple[str, int], ...]
    name: str

    def __str__(self) -> str:
        return f"{_SCHEME}{','.join(f'{host}:{port}' for host, port in self.hosts)}/{self.name}"

    @property
    def is_local(self) -> bool:
        """Whether all hosts are this machine."""
        return all(host == "localhost" or _is_loopback(host) for host, _ in self.hosts)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _host(text: str) -> tuple[str, int]:
    found = _HOST.fullmatch(text)
    port = int(found["port"] or _PORT) if found else 0
    if not found or not 0 < port < 1 << 16:
        raise UsageError(f"{text[:80]!r} is no host of OpenSearch; {_FORM}")
    return found["host"], port


def parse(text: str) -> Address:
    """The address that was typed; several hosts are separated by commas. Raises UsageError if it is none."""
    if "@" in text:
        raise UsageError(f"an address of OpenSearch has no password in it: set {USER} and {PASSWORD}, or {FILE}")
    hosts, _, name = text.removeprefix(_SCHEME).partition("/")
    if not text.startswith(_SCHEME) or not name:
        raise UsageError(f"{text[:80]!r} is no address of OpenSearch; {_FORM}")
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name[:80]!r} is no name of a collection; use lower-case letters, digits, - and _")
    return Address(tuple(map(_host, hosts.split(","))), name)


def _checked(path: Path, values: Mapping[str, Any]) -> Access:
    known: dict[str, Any] = {"tls": bool, **dict.fromkeys(("ca", "certificate", "key", "user", "password"), str)}
    for name, value in values.items():
        if name not in known:
            raise UsageError(f'{path}: unknown key "{name}" (known: {", ".join(known)})')
        if type(value) is not known[name]:
            raise UsageError(f"{path}: {name} must be {'true or false' if known[name] is bool else 'a string'}")
    paths = {n: str(path.parent / values[n]) for n in ("ca", "certificate", "key") if values.get(n)}
    return Access(**{**values, **paths})


def access(address: Address, environment: Mapping[str, str] = os.environ) -> Access:
    """How to speak to the hosts: as the file that a variable names says, or else by user and password alone.

    Raises UsageError for a file that cannot be read, and for a password that would cross the network in clear text.
    """
    path = Path(environment.get(FILE, ""))
    try:
        found = _checked(path, read_toml(path)) if environment.get(FILE) else Access()
    except UnreadableFileError as fault:
        raise UsageError(f"{FILE}: {fault}") from fault
    user, password = (environment.get(name, "") for name in (USER, PASSWORD))
    if user or password:
        found = Access(found.tls, found.ca, found.certificate, found.key, user, password)
    if found.password and not found.tls and not address.is_local:
        raise UsageError(f"the password for {address} would be sent in clear text: set tls = true in the file {FILE}")
    return found
