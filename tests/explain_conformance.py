#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""postern explain against postern eql, over every case of the shared EQL suite that has results and no pipes: as many
matches (conditions as written against simplified ones), trees whose verdicts follow from those below, and nearest misses
that are true: with the change made to the query or the events, postern eql finds a match.

    explain_conformance.py POSTERN

The suite is in $POSTERN_SHARED, by default ../shared beside the project; exit 77 where it is not."""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

SKIPPED = 77
ALL = "1000000"
OPTIONS = ("event_category_field", "timestamp_field", "tiebreaker_field")


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=60)
    if done.returncode not in (0, 4):
        sys.exit(f"{command}: exit {done.returncode}\n{done.stdout[:500]}{done.stderr[:500]}")
    return json.loads(done.stdout)


def holds(tree):
    """The verdict of a node from those below it; a wrong one ends the test."""
    if "leaf" in tree:
        return tree["holds"]
    below = [holds(arg) for arg in tree["args"]]
    verdict = {"and": all(below), "or": any(below), "not": not below[0]}[tree["op"]]
    if verdict != tree["holds"]:
        sys.exit(f"a verdict that does not follow: {tree}")
    return verdict


def check_trees(answer):
    for event in answer["events"]:
        if "tree" in event and holds(event["tree"]) != event["matches"]:
            sys.exit(f"a tree that contradicts its event: {event}")
        for stage in event.get("stages", []):
            if holds(stage["tree"]) != stage["holds"]:
                sys.exit(f"a tree that contradicts its stage: {stage}")


class Case:
    def __init__(self, case, folder, data):
        self.query, self.name, self.options = case["query"], case["name"], []
        types = {}
        lines = []
        for index in case.get("index", []):
            types.update(json.loads((data / f"{index}.fields.json").read_text()))
            lines += (data / f"{index}.ndjson").read_text().splitlines()
        lines += [json.dumps(event) for event in case.get("events", [])]
        types.update(case.get("field_types", {}))
        self.lines = [line for line in lines if line.strip()]
        self.folder = pathlib.Path(folder)
        (self.folder / "types.json").write_text(json.dumps(types))
        for option in OPTIONS:
            if option in case:
                self.options += ["--" + option.replace("_", "-"), case[option]]
        self.options += ["--schema", str(self.folder / "types.json")]

    def write(self, without=None):
        path = self.folder / "events.ndjson"
        kept = [line for i, line in enumerate(self.lines) if i + 1 != without]
        path.write_text("\n".join(kept) + "\n")
        return str(path)

    def total(self, postern, query, without=None):
        answer = run(postern, "eql", "--size", ALL, *self.options, "--", query, self.write(without))
        return answer["hits"]["total"]["value"]


def check_miss(postern, case, miss):
    """True when the miss is of a kind that can be made, and was."""
    query, without = case.query, None
    if miss["change"] == "maxspan":
        query = re.sub(r"maxspan\s*=\s*\w+", f"maxspan={miss['maxspan_ms']}ms", query)
    elif miss["change"] in ("until", "missing") and miss["event"] not in miss["events"]:
        without = miss["event"]
    else:
        return False
    if case.total(postern, query, without) == 0:
        sys.exit(f"{case.name}: not a miss: {miss}")
    return True


def main():
    postern = sys.argv[1]
    shared = pathlib.Path(os.environ.get("POSTERN_SHARED", pathlib.Path(__file__).resolve().parents[2] / "shared"))
    folder = shared / "conformance" / "eql"
    if not (folder / "cases").is_dir():
        print(f"no conformance suite at {folder}; set POSTERN_SHARED")
        sys.exit(1 if os.environ.get("POSTERN_REQUIRE_SHARED") == "1" else SKIPPED)
    compared = misses = made = 0
    for path in sorted((folder / "cases").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            one = json.loads(line)
            wanted = one["dialect"] == "elasticsearch" and one["kind"] in ("events", "sequences", "samples")
            if not wanted or re.search(r"\|\s*(head|tail)\b", one["query"]):
                continue
            with tempfile.TemporaryDirectory() as temporary:
                case = Case(one, temporary, folder / "data")
                answer = run(postern, "explain", "-o", "json", *case.options, "-e", case.query, case.write())
                if answer["matches"] != case.total(postern, case.query):
                    sys.exit(f"{case.name}: explain finds {answer['matches']} matches: {case.query}")
                check_trees(answer)
                compared += 1
                if "nearest_miss" in answer:
                    misses += answer["nearest_miss"]["change"] != "none"
                    made += check_miss(postern, case, answer["nearest_miss"])
    print(f"{compared} queries, {misses} nearest misses, {made} of them made true")
    if not compared or not made:
        sys.exit("nothing was compared")


if __name__ == "__main__":
    main()
