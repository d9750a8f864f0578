"""Nothing is skipped in silence: what was not tested is told at the end, and in continuous integration it is a failure.

`FREEWHEN_TEST_NOTHING_SKIPPED=1` (set by `.ci/run`) turns every skip into a failure that says its reason. Exempt are
tests that have nothing to test where they run, by the reason that they give: a test of one database on the other one,
and a test of what root may not do, run as root.
"""

import os
from collections import Counter
from collections.abc import Generator
from typing import TypeVar

import pytest

SETTING = "FREEWHEN_TEST_NOTHING_SKIPPED"
DO_NOT_APPLY = frozenset(
    (
        "PostgreSQL refuses another type by itself",
        "SQLite has one writer and needs no backstop",
        "root may write everywhere; run the tests as somebody else",
    )
)
Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
MENDED_BY = {
    "PostgreSQL": "apt-get install postgresql",
    "Chromium": "apt-get install chromium",
    "emulate": "npm install --no-save --prefix .venv/peers emulate@0.11.2",
}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    return _strict(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    return _strict(report)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was not tested, how often, and how to have it tested."""
    reasons = Counter(_reason(report) for report in terminalreporter.stats.get("skipped", ()))
    told = {reason: count for reason, count in reasons.items() if reason not in DO_NOT_APPLY}
    if told:
        terminalreporter.section("NOT TESTED", sep="!", red=True)
    for reason, count in told.items():
        how = next((f" ({command})" for word, command in MENDED_BY.items() if word in reason), "")
        terminalreporter.write_line(f"{count} skipped: {reason}{how}", red=True)


def _strict(report: Report) -> Report:
    """A skip as a failure, where nothing may be skipped; an expected failure is no skip."""
    if os.environ.get(SETTING) and report.skipped and not hasattr(report, "wasxfail"):
        reason = _reason(report)
        if reason not in DO_NOT_APPLY:
            report.outcome = "failed"
            report.longrepr = f"skipped, and nothing may be skipped here: {reason}"
    return report


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """What the skip gave as its reason."""
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return text.removeprefix("Skipped: ")
