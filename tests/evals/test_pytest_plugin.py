"""The pytest plugin: what becomes a test, when it fails, and what the failure shows."""

import json
import subprocess
import sys
from xml.etree import ElementTree

import pytest
from support.eval_fakes import BAKES, RISES, SALT, Scripted, record, reply, write_set

from chatbot.evals.pytest_plugin import pytest_addoption
from chatbot.evals.run import runner

RISE, BAKE, INVENTED = "Why does bread rise?", "How long does a loaf bake?", "Who invented bread?"
RECORDS = (
    record("a-1", RISE, [["yeast makes gas", "gas"]], references=[1]) | {"tags": ["direct"]},
    record("a-2", BAKE, [["40 minutes"]], references=[2]) | {"tags": ["paraphrase", "skip"]},
    record("a-3", INVENTED, []),
)
GOOD = {RISE: reply(RISES), BAKE: reply(BAKES), INVENTED: reply()}


@pytest.fixture
def cases(pytester):
    """A question set of three cases."""
    return write_set(pytester.path, *RECORDS)


@pytest.fixture
def run(pytester, monkeypatch, cases):
    """Runs pytest on the set, or with other arguments; the bot is right except for the given replies."""

    def run(*args, **replies):
        bot = Scripted(
            GOOD | {RECORDS[int(number[1:]) - 1]["turns"][0]["question"]: r for number, r in replies.items()}
        )
        monkeypatch.setattr(runner, "open_bot", lambda *_: bot)
        return pytester.runpytest_inprocess("-p", "no:randomly", *(args or (f"--chatbot-evals={cases.name}",)))

    return run


def test_each_case_is_a_test(run):
    """Right cases pass; a tag is never a marker that skips."""
    run().assert_outcomes(passed=3)


def test_a_wrong_case_shows_everything_needed_to_judge_it(run):
    """The failure shows reason, question, gold, quotes and place, without a traceback."""
    done = run(a1=reply(SALT, confidence=0.25), a2=reply(), a3=reply(SALT))
    done.assert_outcomes(failed=3)
    shown = done.stdout.str()
    assert (
        "\n".join(
            (
                "wrong sentence, confidence 0.25",
                "  asked  Why does bread rise?",
                "  gold   yeast makes gas",
                "  or     gas",
                "  refs   1",
                "  got    Salt slows the yeast.",
                "cases.jsonl:1",
            )
        )
        in shown
    )
    assert "missed, confidence 0.50\n  asked  How long" in shown
    assert "  got    nothing\ncases.jsonl:2\n" in shown
    assert "  gold   nothing\n  got    Salt slows the yeast.\ncases.jsonl:3\n" in shown
    assert "Error" not in shown
    assert ".py" not in shown.partition("FAILURES")[2]
    done.stdout.fnmatch_lines(["FAILED cases.jsonl::a-1 - Failed: wrong sentence, confidence 0.25"])


def test_an_exception_is_shown(run):
    """A turn that raises fails with the exception."""
    run(a1=ValueError("out of yeast")).stdout.fnmatch_lines(["  got    ValueError: out of yeast"])


def test_a_wrong_turn_of_a_dialogue_is_shown_with_the_earlier_questions(run, pytester):
    """The failure has the number of the turn; right turns are not shown."""
    turns = [RECORDS[0]["turns"][0], RECORDS[1]["turns"][0] | {"must_contain": ["loaf"]}]
    path = write_set(pytester.path, {"id": "d", "document": "bread.md", "turns": turns}, name="dialogue.jsonl")
    done = run(f"--chatbot-evals={path}", a2=reply(SALT))
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(
        [
            "turn 2: wrong sentence, confidence 0.50",
            "  after  Why does bread rise?",
            "  asked  How long does a loaf bake?",
            "  gold   40 minutes",
            "  needs  loaf",
        ],
        consecutive=True,
    )
    done.stdout.no_fnmatch_line("*turn 1*")


def test_gold_may_be_a_place(run, pytester):
    """Gold that is given by its place is shown as a range of characters."""
    asked = {"question": RISE, "answerable": True, "accept_spans": [[7, 20]]}
    path = write_set(pytester.path, {"id": "s", "document": "bread.md", "turns": [asked]}, name="spans.jsonl")
    run(f"--chatbot-evals={path}", a1=reply()).stdout.fnmatch_lines(["  gold   characters 7 to 20"])


def test_control_characters_are_not_printed(run, pytester, monkeypatch):
    """Questions and ids are data: escape sequences in them never reach the terminal."""
    monkeypatch.setitem(GOOD, evil := "rise\x1b[2J\u202e?", reply(SALT))
    path = write_set(pytester.path, record("a\x1b1", evil), name="evil.jsonl")
    done = run(f"--chatbot-evals={path}", "-v")
    done.assert_outcomes(failed=1)
    assert all(line.isprintable() for line in done.outlines)


@pytest.mark.parametrize(
    ("args", "ids"),
    [
        ((), ["a-1", "a-2", "a-3"]),
        (("-k", "paraphrase"), ["a-2"]),
        (("-k", "a-3 or direct"), ["a-1", "a-3"]),
        (("-m", "chatbot_eval"), ["a-1", "a-2", "a-3"]),
        (("-m", "not chatbot_eval"), []),
        (("cases.jsonl::a-3",), ["a-3"]),
        (("--chatbot-evals=cases.jsonl",), ["a-1", "a-2", "a-3"]),
    ],
)
def test_cases_are_selected_like_tests(run, args, ids):
    """Keywords, markers and node ids select cases; a set that is named twice runs once."""
    done = run("--chatbot-evals=cases.jsonl", "--collect-only", "-q", "--strict-markers", *args)
    assert [line for line in done.outlines if "::" in line] == [f"cases.jsonl::{name}" for name in ids]


def test_only_the_evals_run_unless_paths_are_given(run, pytester):
    """With paths, other tests run too; the header does not name unused testpaths."""
    pytester.makepyfile("def test_python(): pass")
    pytester.makeini("[pytest]\ntestpaths = .")
    done = run("--chatbot-evals=cases.jsonl")
    done.assert_outcomes(passed=3)
    done.stdout.no_fnmatch_line("testpaths*")
    run("--chatbot-evals=cases.jsonl", ".").assert_outcomes(passed=4)
    run(".").assert_outcomes(passed=1)


def test_sets_of_the_ini_file(run, pytester):
    """Sets that match the ini option are collected like other tests, and selected without the command-line option."""
    pytester.makepyfile("def test_python(): pass")
    pytester.makeini("[pytest]\nchatbot_evals = c*s.jsonl")
    run(".").assert_outcomes(passed=4)
    run("cases.jsonl::a-2").assert_outcomes(passed=1)
    run("test_sets_of_the_ini_file.py").assert_outcomes(passed=1)


def test_sets_of_other_folders(run, pytester, tmp_path):
    """A set may lie outside the folder in which pytest is started."""
    write_set(tmp_path, *RECORDS, name="far.jsonl")
    pytester.mkdir("sub")
    write_set(pytester.path / "sub", RECORDS[0])
    done = run(f"--chatbot-evals={tmp_path / 'far.jsonl'}", "--chatbot-evals=sub/cases.jsonl", a1=reply())
    done.assert_outcomes(passed=2, failed=2)
    done.stdout.fnmatch_lines(["sub/cases.jsonl:1"])


def test_a_case_with_missing_gold_fails_alone(run, pytester):
    """If a sentence of the article changes, the cases with its gold fail, and the others run."""
    write_set(pytester.path, *RECORDS[1:], record("a-9", gold=[["gaz\x1b"]]))
    done = run()
    done.assert_outcomes(passed=2, failed=1)
    done.stdout.fnmatch_lines(['*cases.jsonl:3: turn 1: not in bread.md: "gaz␛"'])
    done.stdout.no_fnmatch_line("*Traceback*")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "*cases.jsonl: has no cases*"),
        ('{"id": "a", "turns"', "*cases.jsonl:1: is not JSON*"),
    ],
)
def test_an_invalid_set_is_refused_in_one_line(run, pytester, content, reason):
    """Named by the option it is a usage error; found through the ini file it is a collection error."""
    write_set(pytester.path, content)
    done = run()
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    assert [line for line in done.errlines if line] == [line for line in done.errlines if line.startswith("ERROR: ")]
    done.stderr.fnmatch_lines([f"ERROR: {reason}"])
    pytester.makeini("[pytest]\nchatbot_evals = cases.jsonl")
    done = run(".")
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines([reason])
    done.stdout.no_fnmatch_line("*Traceback*")
    done.stdout.no_fnmatch_line("*.py:*")


@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        ("nothing.jsonl", "cannot be read: No such file*"),
        (".", "is a folder; chatbot eval convert * cases.jsonl makes a file of it"),
    ],
)
def test_a_set_that_is_not_a_file_is_refused(run, missing, reason):
    """A folder is refused, because pytest would search it for other tests."""
    done = run(f"--chatbot-evals={missing}")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines([f"ERROR: *: {reason}"])


def test_pytest_options_work(run):
    """`-x` stops at the first failure, and `--lf` runs the failed cases again."""
    option = "--chatbot-evals=cases.jsonl"
    run(option, "-x", a1=reply()).assert_outcomes(failed=1)
    done = run(option, "--lf", a1=reply())
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["*1 failed*"])
    run(option, "--lf").assert_outcomes(passed=1)


def test_machine_readable_output(run):
    """The JUnit report has the whole failure; the one-line form has the line of the case."""
    done = run("--chatbot-evals=cases.jsonl", "--junitxml=report.xml", "--tb=line", a2=reply(SALT))
    done.stdout.fnmatch_lines(["*cases.jsonl:2: Failed: wrong sentence, confidence 0.50"])
    tests = list(ElementTree.parse("report.xml").iter("testcase"))
    assert [(test.get("classname"), test.get("name")) for test in tests] == [
        ("cases.jsonl", name) for name in ("a-1", "a-2", "a-3")
    ]
    assert tests[1].findtext("failure", "").startswith("wrong sentence, confidence 0.50\n  asked  How long")
    assert tests[0].find("failure") is None


def test_a_bug_of_the_plugin_has_a_traceback(run, monkeypatch):
    """An exception outside a turn is shown with its traceback."""
    run_ = runner.run
    monkeypatch.setattr(runner, "run", lambda *_: 1 // 0)
    done = run()
    monkeypatch.setattr(runner, "run", run_)
    done.assert_outcomes(failed=3)
    done.stdout.fnmatch_lines(["*ZeroDivisionError*"])


def test_the_options_can_be_sent_to_workers():
    """pytest-xdist sends only plain values, so the options are strings."""
    parser = pytest.Parser(_ispytest=True)
    pytest_addoption(parser)
    known = vars(parser.parse_known_args(["--chatbot-evals=a", "--chatbot-document=b"]))
    assert (known["chatbot_evals"], known["chatbot_document"]) == (["a"], ["b"])


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_the_real_program(pytester, cases, workers):
    """The plugin works in a process of its own, with warnings as errors, and with several workers."""
    if workers:
        pytest.importorskip("xdist")
    lines = [json.loads(line) for line in cases.read_text(encoding="utf-8").splitlines()]
    without = [{name: value for name, value in line.items() if name != "document"} for line in lines]
    write_set(pytester.path, *without)
    command = [sys.executable, "-W", "error", "-m", "pytest", *workers]
    command += ["--chatbot-evals", "cases.jsonl", "--chatbot-document", "bread.md"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=pytester.path)  # noqa: S603
    assert "3 passed" in done.stdout, done.stdout
    assert (done.returncode, done.stderr) == (0, "")
