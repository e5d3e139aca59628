"""The files to run the server with: Dockerfile, compose file, systemd unit; and the other ways to install.

No container engine is needed: the steps of the Dockerfile are run one after the other, with its paths below a folder.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from support.documentation import ROOT, blocks
from support.platforms import posix

httpx = pytest.importorskip("httpx")

DOCKER = ROOT / ".github" / "docker"
UNIT = ROOT / ".github" / "systemd" / "chatbot.service"
TOKEN = "a-long-random-word"  # noqa: S105 - a test's own
SYSTEM = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_MOVED = re.compile(r"(?<![\w.}])/(?=(?:source|opt|documents|data|run|etc|srv)\b)")
root = pytest.mark.skipif(getattr(os, "geteuid", lambda: 1)() != 0, reason="needs root, as it does for users")


class Step(NamedTuple):
    """An instruction of a Dockerfile."""

    name: str
    value: str


def steps(dockerfile):
    """The instructions of a Dockerfile."""
    lines = re.sub(r"^#.*\n", "", dockerfile.read_text(encoding="utf-8"), flags=re.MULTILINE).replace("\\\n", " ")
    return [Step(*line.split(maxsplit=1)) for line in lines.splitlines() if line.strip()]


def value(name, dockerfile=DOCKER / "Dockerfile"):
    """What the last instruction of a name says."""
    return [step.value for step in steps(dockerfile) if step.name == name][-1]


def moved(text, prefix):
    """A text with its absolute paths below a folder."""
    return _MOVED.sub(f"{prefix}/", text)


def sent():
    """What of this repository is sent to the engine: the paths that the ignore file excepts."""
    lines = (DOCKER / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in lines
    return [line[1:] for line in lines if line.startswith("!")]


def copied(source, target):
    """Copy a file or a folder as an engine does: a folder's content."""
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


def done(command, cwd, **env):
    """Run a line in a shell; that it fails is a failure."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    environ = {**kept, "PATH": SYSTEM, **env}
    completed = subprocess.run(  # noqa: S603 - what the file says
        ["/bin/bash", "-ec", command], cwd=cwd, env=environ, capture_output=True, text=True, check=False
    )
    assert completed.returncode == 0, completed.stderr
    return completed.stdout


@pytest.fixture
def prefix():
    """An empty folder that other users may read, which a test's folder is not; removed at the end."""
    folder = tempfile.mkdtemp()
    os.chmod(folder, 0o755)  # noqa: S103 - nothing confidential
    yield folder
    shutil.rmtree(folder)


@contextmanager
def running(command, **options):
    """A server that a command starts, as its arguments, on a free port: its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen([*command, "--port", str(port)], **options)  # noqa: S603 - what the file says
    try:
        for _ in range(600):
            assert server.poll() is None
            with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        assert server.wait(20) == 0


def answers(address):
    """Assert that a server answers those who have the token, and nobody else."""
    asked = {"question": "How big is the gut?"}
    assert httpx.post(f"{address}/v1/ask", json=asked).status_code == 401
    reply = httpx.post(f"{address}/v1/ask", json=asked, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=30)
    assert reply.json()["answered"]
    assert "Ask" in httpx.get(f"{address}/").text


def environment(prefix):
    """The variables that the image has."""
    pairs = dict(pair.split("=", 1) for pair in moved(value("ENV"), prefix).split())
    return {**pairs, "PATH": pairs["PATH"].replace("$PATH", SYSTEM)}


@root
@pytest.mark.slow
def test_the_steps_of_the_dockerfile(prefix):
    """Its steps install a server that runs as a user without rights, answers, and is healthy."""
    for name in sent():
        target = Path(prefix) / "context" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        copied(ROOT / name, target)
    for step in steps(DOCKER / "Dockerfile"):
        if step.name == "RUN":
            done(moved(step.value, prefix), cwd=prefix)
        elif step.name == "COPY" and not step.value.startswith("--from"):
            source, target = step.value.split()
            copied(Path(prefix) / "context" / source, Path(moved(target, prefix)))
    secrets = Path(prefix) / "run" / "secrets"
    secrets.mkdir(parents=True)
    (secrets / "chatbot_token").write_text(TOKEN, encoding="utf-8")
    command = json.loads(moved(value("ENTRYPOINT"), prefix)) + json.loads(moved(value("CMD"), prefix))
    user, group = map(int, value("USER").split(":"))
    env = environment(prefix)
    program = shutil.which(command[0], path=env["PATH"])
    with running([program, *command[1:]], user=user, group=group, extra_groups=[], cwd="/", env=env) as address:
        answers(address)
        _, check = value("HEALTHCHECK").split("CMD")
        subprocess.run(json.loads(check.replace("http://127.0.0.1:8000", address)), check=True)  # noqa: S603


@pytest.mark.slow
def test_the_image_is_built():
    """Where there is a container engine, it builds the image, which knows its version."""
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "info"], capture_output=True, check=False).returncode:  # noqa: S603
        pytest.skip("no container engine runs here")
    tag = "verbatim-chatbot-test"
    done(f"docker build -q -f {DOCKER / 'Dockerfile'} -t {tag} .", cwd=ROOT, DOCKER_BUILDKIT="1")
    assert "trained reader" in done(f"docker run --rm --read-only {tag} --version", cwd=ROOT)


def test_compose():
    """The compose file is valid, and has the secret and the folders that the image's command names."""
    pytest.importorskip("check_jsonschema")
    file = DOCKER / "compose.yaml"
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(file)]
    subprocess.run(check, check=True, capture_output=True)  # noqa: S603
    text = file.read_text(encoding="utf-8")
    arguments = json.loads(value("CMD"))
    assert f"  {Path(arguments[arguments.index('--token-file') + 1]).name}:\n    file: token.txt" in text
    assert f":{arguments[arguments.index('-d') + 1]}:ro" in text
    assert f":{value('VOLUME')}\n" in text
    assert "read_only: true" in text


def test_a_token_is_never_committed():
    """The line of the page writes the token where the compose file looks for it, and git does not."""
    (line,) = (block.content for block in blocks("sh", "server") if block.content.startswith("python3 -c"))
    written = line.rpartition(">")[2].strip()
    assert (ROOT / written).parent == DOCKER
    assert f"/{written}" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def command_of_the_unit(prefix):
    """The command of the unit, its paths below a folder."""
    (command,) = re.findall(r"^ExecStart=(.*)$", UNIT.read_text(encoding="utf-8"), re.MULTILINE)
    return moved(command.replace("%d", "/etc/chatbot").replace("%S", "/data"), prefix).split()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze")
def test_unit(tmp_path):
    """Systemd understands the unit, and finds it hardened."""
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text(encoding="utf-8").replace("/opt/chatbot/bin/chatbot", "/bin/true"), encoding="utf-8")
    assert done(f"systemd-analyze verify {unit} 2>&1", cwd=tmp_path) == ""
    done(f"systemd-analyze security --offline=true --threshold=20 {unit}", cwd=tmp_path)  # of 100


@root
@pytest.mark.slow
def test_the_lines_that_install_the_unit(prefix):
    """The page's lines for systemd leave a server that the unit's command starts, and that keeps its log."""
    (lines,) = (block.content for block in blocks("sh", "server") if "systemctl" in block.content)
    for folder in ("etc/systemd/system", "data/chatbot", "bin"):
        (Path(prefix) / folder).mkdir(parents=True)
    systemctl = Path(prefix) / "bin" / "systemctl"
    systemctl.write_text('#!/bin/sh\necho "$@" > "$0.called"\n', encoding="utf-8")
    systemctl.chmod(0o755)
    done(moved(lines, prefix), cwd=ROOT, PATH=f"{systemctl.parent}:{SYSTEM}")
    assert systemctl.with_suffix(".called").read_text(encoding="utf-8") == "enable --now chatbot\n"
    assert (Path(prefix) / "etc/systemd/system/chatbot.service").exists()
    token = Path(prefix) / "etc/chatbot/token"
    assert token.stat().st_mode & 0o077 == 0
    assert len(token.read_text(encoding="utf-8").strip()) > 40
    token.write_text(TOKEN, encoding="utf-8")
    with running(command_of_the_unit(prefix), cwd=prefix) as address:
        answers(address)
    assert (Path(prefix) / "data/chatbot/questions.sqlite").stat().st_size


@posix
@pytest.mark.slow
def test_other_ways_to_install(tmp_path):
    """The lines for pipx and uvx, which are run from this repository, start the program."""
    tools = tmp_path / "tools" / "bin"
    done(f"python3 -m venv {tools.parent} && {tools}/pip install -q pipx uv", cwd=tmp_path)
    text = (ROOT / ".github" / "docs" / "terminal.md").read_text(encoding="utf-8")
    (pipx,), (uvx,) = (re.findall(rf"`({name} [^`]*)`", text) for name in ("pipx", "uvx"))
    env = {
        "PATH": f"{tools}:{SYSTEM}",
        "PIPX_HOME": str(tmp_path / "pipx"),
        "PIPX_BIN_DIR": str(tmp_path / "bin"),
        "UV_CACHE_DIR": str(tmp_path / "uv"),
    }
    done(pipx, cwd=ROOT, **env)
    for chatbot in (str(tmp_path / "bin" / "chatbot"), uvx):
        assert "(1) Helander" in done(f"{chatbot} ask 'How big is the gut?'", cwd=ROOT, **env)
