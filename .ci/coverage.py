"""Fails when a line or a branch of the protocol's sources was not run, and names each.

usage: coverage.py FOLDER    where one coverage.cobertura.xml lies, somewhere
"""
import pathlib
import re
import sys
import xml.etree.ElementTree as xml

COVERED = "Sync.WebSockets/Protocol/"


def read(file):
    """The lines below COVERED: (file, line) to (hits, branches taken, branches)."""
    root = xml.parse(file).getroot()
    sources = [source.text or "" for source in root.iterfind("sources/source")]
    lines = {}
    for covered in root.iter("class"):
        path = next((full for full in (source + covered.get("filename") for source in sources + [""]) if COVERED in full), None)
        if path is None:
            continue
        name = path[path.rindex(COVERED):]
        for line in covered.iterfind("lines/line"):
            branches = re.search(r"\((\d+)/(\d+)\)", line.get("condition-coverage", ""))
            taken, all_of_it = map(int, branches.groups()) if branches else (0, 0)
            lines[name, int(line.get("number"))] = int(line.get("hits")), taken, all_of_it
    return lines


def main(folder):
    files = list(pathlib.Path(folder).rglob("coverage.cobertura.xml"))
    if len(files) != 1:
        print(f"expected one coverage.cobertura.xml in {folder}, found {len(files)}")
        return 1
    lines = read(files[0])
    missed = 0
    for (name, number), (hits, taken, all_of_it) in sorted(lines.items()):
        if hits == 0 or taken < all_of_it:
            missed += 1
            print(f"{name}:{number}: " + (f"{taken} of {all_of_it} branches" if hits else "not run"))
    print(f"{COVERED}: {len(lines)} lines, {sum(taken for _, taken, _ in lines.values())} of "
          f"{sum(all_of_it for _, _, all_of_it in lines.values())} branches, {missed} lines missed")
    return 1 if missed or not lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
