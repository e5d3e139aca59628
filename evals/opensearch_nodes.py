"""Starts nodes of the real OpenSearch on this machine, for tests and measurements. It needs Java and Maven.

    python evals/opensearch_nodes.py .cache/opensearch COMMAND ...

runs a command while one node answers at the address in CHATBOT_TEST_OPENSEARCH, and gives its exit code. Without a
command it only fetches the server.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

VERSION = "2.19.6"  # the last one for Java 17
ADDRESS = "CHATBOT_TEST_OPENSEARCH"  # HOST:PORT of a node that the tests may use
_ARTIFACT = f"org.opensearch.distribution.integ-test-zip:opensearch:{VERSION}:zip"
_STARTING = 120  # seconds
_USER = "nobody"  # the server refuses to run as root


def fetched(cache: Path) -> Path:
    """The unpacked server, fetched with Maven the first time. Raises CalledProcessError if it cannot be had."""
    home = cache / f"opensearch-{VERSION}"
    if not home.exists():
        cache.mkdir(parents=True, exist_ok=True)
        copy = ["mvn", "-q", "-B", "dependency:copy", f"-Dartifact={_ARTIFACT}", f"-DoutputDirectory={cache}"]
        subprocess.run(copy, check=True)  # noqa: S603 - our own command
        shutil.unpack_archive(cache / f"opensearch-{VERSION}.zip", cache)
        for program in (home / "bin").iterdir():  # a ZIP is unpacked without its permissions
            program.chmod(0o755)
    return home


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


@dataclass(slots=True)
class Node:
    """A node of a cluster, with its files in a folder of its own."""

    folder: Path
    name: str
    seeds: Sequence[int] = ()  # transport ports of all nodes of a cluster; none for a single node
    masters: Sequence[str] = ()  # names of all nodes, for a new cluster
    port: int = field(default_factory=free_port)
    transport: int = field(default_factory=free_port)
    settings: Sequence[str] = ()
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the node; `wait` until it answers."""
        cluster = ["discovery.type=single-node"]
        if self.seeds:
            hosts, names = ",".join(f"127.0.0.1:{port}" for port in self.seeds), ",".join(self.masters)
            cluster = [f"discovery.seed_hosts={hosts}", f"cluster.initial_cluster_manager_nodes={names}"]
        options = [
            *cluster,
            f"node.name={self.name}",
            "network.host=127.0.0.1",
            f"http.port={self.port}",
            f"transport.port={self.transport}",
            f"path.data={self.folder / 'data'}",
            f"path.logs={self.folder / 'logs'}",
            *self.settings,
        ]
        command = [str(self.folder / "bin" / "opensearch"), *(f"-E{option}" for option in options)]
        with (self.folder / "out.log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - likewise
                [*(["runuser", "-u", _USER, "--"] if os.geteuid() == 0 else []), *command],
                env={**os.environ, "OPENSEARCH_JAVA_OPTS": "-Xms512m -Xmx512m", "OPENSEARCH_JAVA_HOME": _java()},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def get(self, path: str, seconds: float = 5) -> Any:
        """The JSON at a path. Raises OSError if the node does not answer."""
        with urlopen(f"http://127.0.0.1:{self.port}/{path}", timeout=seconds) as response:
            return json.load(response)

    def wait(self, nodes: int = 1) -> None:
        """Wait until the node answers, in a cluster of so many. Raises RuntimeError if it does not."""
        deadline = time.monotonic() + _STARTING
        while time.monotonic() < deadline and self.process and self.process.poll() is None:
            try:
                if self.get("_cluster/health")["number_of_nodes"] >= nodes:
                    return
            except OSError:  # noqa: PERF203 - asked until it answers
                time.sleep(0.5)
        tail = (self.folder / "out.log").read_text(encoding="utf-8", errors="replace")[-2000:]
        raise RuntimeError(f"{self.name} did not start:\n{tail}")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the node and all it has started."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, how)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()


def _java() -> str:
    """The folder of the Java in use."""
    found = shutil.which("java")
    if found is None:
        raise RuntimeError("there is no java; install a JDK of version 17")
    return str(Path(found).resolve().parents[1])


def copied(home: Path, folder: Path) -> Path:
    """A copy of the server's files for one node, which writes among them."""
    shutil.copytree(home, folder)
    if os.geteuid() == 0:
        subprocess.run(["chown", "-R", _USER, str(folder)], check=True)  # noqa: S603, S607 - likewise
    return folder


@contextmanager
def running(cache: Path, names: Sequence[str] = ("one",), settings: Sequence[str] = ()) -> Iterator[list[Node]]:
    """Nodes that answer: one alone, or several as a cluster."""
    home = fetched(cache)
    with tempfile.TemporaryDirectory() as temporary:
        Path(temporary).chmod(0o755)  # for the other user
        ports = [free_port() for _ in names] if len(names) > 1 else []
        nodes = [
            Node(copied(home, Path(temporary, name)), name, ports, names if ports else (), settings=settings)
            for name in names
        ]
        for node, port in zip(nodes, ports, strict=False):
            node.transport = port
        try:
            for node in nodes:
                node.start()
            for node in nodes:
                node.wait(len(nodes))
            yield nodes
        finally:
            for node in nodes:
                node.stop()


def main() -> int:
    """Fetch the server, and run a command while one node answers."""
    cache, *command = sys.argv[1:]
    if not command:
        fetched(Path(cache))
        return 0
    with running(Path(cache)) as nodes:
        environment = {**os.environ, ADDRESS: f"127.0.0.1:{nodes[0].port}"}
        return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 - what was asked for


if __name__ == "__main__":
    sys.exit(main())
