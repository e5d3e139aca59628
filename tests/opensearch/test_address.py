"""Addresses of collections, and where credentials come from."""

import re

import pytest

from chatbot.errors import UsageError
from chatbot.opensearch.address import FILE, PASSWORD, USER, Access, access, parse


def test_addresses():
    """One host or several, with a port or without."""
    assert parse("opensearch://localhost/docs").hosts == (("localhost", 9200),)
    assert parse("opensearch://a:1,b.example,[::1]:3/my-docs_2").hosts == (("a", 1), ("b.example", 9200), ("[::1]", 3))
    assert str(parse("opensearch://a:1,b/docs")) == "opensearch://a:1,b:9200/docs"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("localhost:9200/docs", "'localhost:9200/docs' is no address of OpenSearch; write it as opensearch://HOST"),
        ("opensearch://localhost:9200", "is no address of OpenSearch"),
        ("opensearch://local host/docs", "'local host' is no host of OpenSearch"),
        ("opensearch://localhost:99999/docs", "'localhost:99999' is no host of OpenSearch"),
        ("opensearch://localhost/Docs", "'Docs' is no name of a collection; use lower-case letters"),
        ("opensearch://localhost/-docs", "'-docs' is no name"),
        ("opensearch://me:secret@localhost/docs", f"has no password in it: set {USER} and {PASSWORD}, or {FILE}"),
    ],
)
def test_wrong_addresses(text, message):
    """What is wrong, and how to write it; a password is never repeated."""
    with pytest.raises(UsageError, match=re.escape(message)) as error:
        parse(text)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "local"), [("localhost", True), ("127.0.0.2:1", True), ("[::1]", True), ("a,localhost", False)]
)
def test_local(text, local):
    """A cluster is local if all its hosts are."""
    assert parse(f"opensearch://{text}/docs").is_local is local


def test_nothing_is_needed():
    """Without a file and variables there is no TLS and no user."""
    assert access(parse("opensearch://far/docs"), {}) == Access()


def test_the_file(tmp_path):
    """Its paths are relative to its folder; the variables win over its user."""
    path = tmp_path / "access.toml"
    path.write_text('tls = true\nca = "ca.pem"\nuser = "reader"\npassword = "one"\n')
    address = parse("opensearch://far/docs")
    found = access(address, {FILE: str(path)})
    assert (found.tls, found.ca, found.user, found.password) == (True, str(tmp_path / "ca.pem"), "reader", "one")
    both = access(address, {FILE: str(path), USER: "writer", PASSWORD: "two"})
    assert (both.tls, both.user, both.password) == (True, "writer", "two")
    assert "two" not in repr(both)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("passwort = 'x'", 'unknown key "passwort" (known: tls, ca, certificate, key, user, password)'),
        ("tls = 'yes'", "tls must be true or false"),
        ("user = 1", "user must be a string"),
        ("tls", "is not TOML"),
    ],
)
def test_a_wrong_file(tmp_path, text, message):
    """The line names the file and the key."""
    path = tmp_path / "access.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match=re.escape(message)) as error:
        access(parse("opensearch://far/docs"), {FILE: str(path)})
    assert str(path) in str(error.value)


def test_no_password_in_clear_text():
    """A password goes to another machine only with TLS."""
    secret = {USER: "me", PASSWORD: "secret"}
    assert access(parse("opensearch://localhost/docs"), secret).password == "secret"  # noqa: S105
    with pytest.raises(UsageError, match="would be sent in clear text: set tls = true") as error:
        access(parse("opensearch://far/docs"), secret)
    assert "secret" not in str(error.value)
