"""Adds up the result files of all test runs; fails on a failed or skipped test and on a leg that did not run.

usage: summary.py FOLDER LEG...    a leg is the end of a test assembly's path
"""
import pathlib
import sys
import xml.etree.ElementTree as xml

NAMESPACE = {"t": "http://microsoft.com/schemas/VisualStudio/TeamTest/2010"}

# Skips for which no machine in CI can be blamed, by the beginning of their reason. Everything else should have run.
ALLOWED_SKIPS = (
    "Only supported on Win",
    "The native compiler is not published",
)


def message(result):
    found = result.find("t:Output/t:ErrorInfo/t:Message", NAMESPACE)
    return (found.text or "").strip() if found is not None else ""


def read(file, seen):
    """Passed and failed tests of one file; says why for each failed one."""
    root = xml.parse(file).getroot()
    seen.update(test.get("storage", "") for test in root.iterfind("t:TestDefinitions/t:UnitTest", NAMESPACE))
    passed = failed = 0
    for result in root.iterfind("t:Results/t:UnitTestResult", NAMESPACE):
        outcome, name, why = result.get("outcome"), result.get("testName"), message(result)
        if outcome == "Passed":
            passed += 1
        elif outcome == "NotExecuted" and why.startswith(ALLOWED_SKIPS):
            print(f"skipped, as it may: {name}: {why.splitlines()[0]}")
        else:
            failed += 1
            print(f"{outcome}: {name} ({file.name})\n{why}")

    summary = root.find("t:ResultSummary", NAMESPACE)
    if summary.get("outcome") not in ("Completed", "Passed") and failed == 0:
        failed = 1
        print(f"{file.name}: the run itself ended as {summary.get('outcome')}")
    print(f"{file.name}: {passed} passed, {failed} failed")
    return passed, failed


def main(folder, legs):
    passed = failed = 0
    seen = set()
    for file in sorted(pathlib.Path(folder).glob("*.trx")):
        more_passed, more_failed = read(file, seen)
        passed, failed = passed + more_passed, failed + more_failed

    for leg in legs:
        if not any(storage.lower().endswith(leg.lower()) for storage in seen):
            failed += 1
            print(f"{leg}: this leg did not run")

    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
