#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: run.py [--rounds N] [--bytes SIZE] [--only REGEX] [--peers FOLDER]

Measures the release program beside the tools that people use instead, on generated logs, and prints ratios. Every command
of a workload runs once a round, in turns, pinned to one processor (two threads: to two); a row is the median over the rounds. An answer that is
not that of the workload's truth makes the run fail. Ratios hold within one run only: machines differ and drift. Peak memory
has a floor of about 12 MB, that of this script.

  --rounds N      default 7
  --bytes SIZE    of the mixed log, default 1GB
  --only REGEX    names of rows; "stages" for the table of stages, "worst" for that of the worst cases, "follow" for --follow
  --peers FOLDER  where node_modules holds @duckdb/node-api and chdb; also $POSTERN_NODE_MODULES

The generator, the truth and the peers' programs are read from $POSTERN_SHARED/bench. Data and
results are kept in build/bench; the table is also written there as results.json."""
import argparse
import json
import os
import pathlib
import platform
import re
import shutil
import statistics
import subprocess
import sys
import time

import make_worst

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHARED = pathlib.Path(os.environ.get("POSTERN_SHARED", ROOT.parent / "shared")) / "bench"
WORK = ROOT / "build" / "bench"
POSTERN = str(ROOT / "build" / "release" / "postern")
HUNT, HUNT_2 = ([POSTERN, "hunt", "-q", "--threads", threads, "-o", "ndjson"] for threads in ("1", "2"))
RULE = str(ROOT / "bench" / "firewall_changes.toml")
# Programs of this folder that are rows or stand beside one.
PROGRAMS = {name: str(ROOT / "build" / "release" / "bench" / name) for name in ("dom_bench", "inflate_bench", "on_demand_bench")}


class Row:
    """One command. `command` writes its answer to stdout (nowhere, unless it is looked at), or to the file {out}; `truth`: the answer is compared with the workload's;
    `clock`: the seconds are those that it prints itself."""

    def __init__(self, name, command, truth=False, shell=False, stdin=None, needs=None, processors=1, clock=False):
        self.name, self.truth, self.stdin, self.processors, self.clock = name, truth, stdin, processors, clock
        self.command = ["bash", "-c", command] if shell else command
        self.missing = next((tool for tool in needs or [] if not shutil.which(tool)), None)
        self.seconds, self.peak_kib, self.error = [], 0, None

    def run(self, out):
        stdin = open(self.stdin, "rb") if self.stdin else subprocess.DEVNULL
        command = [part.replace("{out}", str(out)) for part in self.command]
        with open(out if self.truth or self.clock else os.devnull, "wb") as stdout:
            started = time.perf_counter()
            child = subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=subprocess.DEVNULL,
                                     preexec_fn=lambda: os.sched_setaffinity(0, set(range(self.processors))))
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        took = time.perf_counter() - started
        if self.clock and child.returncode == 0:
            took = float(re.search(r"([0-9.]+) s$", out.read_text().strip())[1])
        self.seconds.append(took)
        self.peak_kib = max(self.peak_kib, usage.ru_maxrss)
        return child.returncode

    def median(self):
        return statistics.median(self.seconds)


def generate(name, *arguments):
    """The folder of a generated set, made when it is not there."""
    folder = WORK / name
    if not (folder / "manifest.json").exists():
        print(f"bench: generating {name}", file=sys.stderr)
        subprocess.run([sys.executable, SHARED / "gen_cloudlogs.py", *arguments, "--out", folder], check=True,
                       stdout=subprocess.DEVNULL)
    return folder


def rules(count, mix=False):
    folder = WORK / f"rules-{count}{'-mix' if mix else ''}"
    if not folder.exists():
        made = WORK / "rules-new" # a run that is interrupted leaves no half of a set under its name
        shutil.rmtree(made, ignore_errors=True)
        subprocess.run([sys.executable, ROOT / "bench" / "make_rules.py", str(count), made] + ["--mix"] * mix, check=True)
        made.rename(folder)
    return str(folder)


def node_row(name, script, package, peers, arguments):
    """A peer in Node.js. It prints in its own way, so the lines of its answer are counted."""
    row = Row(name, ["env", f"POSTERN_NODE_MODULES={peers}", "node", f"{SHARED}/peers/{script}", *arguments, "{out}", "1"],
              truth="count", needs=["node"])
    if not (pathlib.Path(peers) / "node_modules" / package).exists():
        row.missing = row.missing or package
    return row


def mixed_rows(log, peers):
    fw = SHARED / "peers"
    yield Row("postern", [*HUNT, "-r", RULE, log], truth=True)
    yield Row("postern, two threads", [*HUNT_2, "-r", RULE, log], truth=True, processors=2)
    yield Row("wc -l (reads, detects nothing)", ["wc", "-l", log])
    yield Row("postern, every record parsed", [*HUNT, "--no-prefilter", "-r", RULE, log], truth=True)
    yield Row("simdjson on demand, six members, from memory", [PROGRAMS["on_demand_bench"], log], clock=True)
    for count in (1, 1000, 10000):
        yield Row(f"postern, {count} rules that name an operation", [*HUNT, "-r", rules(count), log])
    yield Row("postern, 1 rule, every record parsed", [*HUNT, "--no-prefilter", "-r", rules(1), log])
    for count in (1000, 10000):
        yield Row(f"postern, {count} mixed rules", [*HUNT, "-r", rules(count, True), log])
    yield Row("postern, the changes as a sequence by actor", [*HUNT, "-e", sequence(), log])
    yield Row("postern, the same leaves as one event query", [*HUNT, "-e", leaves(), log])
    yield Row("rg, a list of literals, then jq", f"rg -j1 --no-mmap -i -F -f {fw}/fw.txt {log} | jq -c -f {fw}/fw.jq",
              truth=True, shell=True, needs=["rg", "jq"])
    yield Row("jq", ["jq", "-c", "-f", f"{fw}/fw.jq", log], truth=True, needs=["jq"])
    yield node_row("duckdb json", "duckdb.mjs", "@duckdb/node-api", peers, ["json", log])
    yield node_row("clickhouse cols", "chdb.cjs", "chdb", peers, ["cols", log])


def leaves():
    return ('any where event.action in ("CreateSecurityGroup", "AuthorizeSecurityGroupIngress")')


def sequence():
    return ('sequence by user.name with maxspan=1h [any where event.action == "CreateSecurityGroup"] '
            '[any where event.action == "AuthorizeSecurityGroupIngress"]')


def packed_rows(folder, peers):
    logs = str(folder / "AWSLogs")
    yield Row("postern", [*HUNT, "-r", RULE, logs], truth=True)
    yield Row("postern, two threads", [*HUNT_2, "-r", RULE, logs], truth=True, processors=2)
    yield Row("libdeflate, inflating alone", [PROGRAMS["inflate_bench"], logs])
    yield Row("gzip -dc (inflates, detects nothing)", f"find {logs} -name '*.gz' -print0 | xargs -0 gzip -dc", shell=True)
    yield Row("zcat, then jq", f"find {logs} -name '*.gz' -print0 | xargs -0 zcat | jq -c '.Records[] | '\"$(cat {SHARED}/peers/fw.jq)\"",
              truth=True, shell=True, needs=["jq"])
    yield node_row("duckdb files", "duckdb.mjs", "@duckdb/node-api", peers, ["files", f"{logs}/**/*.json.gz"])
    yield node_row("clickhouse files", "chdb.cjs", "chdb", peers, ["files", f"{logs}/**/*.json.gz"])


def normalize_rows(log):
    fields = ("{time:.eventTime,action:.eventName,provider:.eventSource,region:.awsRegion,ip:.sourceIPAddress,"
              "agent:.userAgent,user:.userIdentity.arn,account:.recipientAccountId,id:.eventID,error:.errorCode}")
    loads = "import json,sys\nfor line in open(sys.argv[1]): json.loads(line)"
    yield Row("postern normalize", [POSTERN, "normalize", "--threads", "1", log])
    yield Row("jq, ten fields", ["jq", "-c", fields, log], needs=["jq"])
    yield Row("python json.loads alone", [sys.executable, "-c", loads, log])


def start_rows(folder):
    record = folder / "one.json"
    if not record.exists():
        with open(folder / "mixed.ndjson") as log:
            record.write_text(next(line for line in log if '"eventName"' in line))
    yield Row("true", ["true"])
    yield Row("postern, one rule, one record", [*HUNT, "-r", RULE, str(record)])
    cache = ["--rule-cache", str(WORK / "rule-cache")]
    for count in (1000, 10000):
        plain = [*HUNT, "-r", rules(count), str(record)]
        yield Row(f"postern, {count} rules, one record", plain)
        subprocess.run([*plain, *cache], stdout=subprocess.DEVNULL, check=True) # what is measured is taking from it
        yield Row(f"postern, {count} rules from a cache, one record", [*plain, *cache])


# What each stage costs, from runs in which it stands out: the stage as --profile names it, the run, its arguments.
STAGES = [
    ("read, inflate", "plain file", []),
    ("read, inflate", "gzipped files", []),
    ("frame, skip", "operations told from the bytes", []),
    ("frame, skip", "no record skipped", ["--no-prefilter"]),
    ("parse", "every record, the fields of one rule", ["--no-prefilter"]),
    ("match", "one rule, no index to help", ["--no-prefilter"]),
    ("parse", "every record, the fields of 1000 rules", ["1000 rules", "--no-prefilter"]),
    ("match", "1000 mixed rules", ["1000 rules", "--no-prefilter"]),
    ("match", "stages and keys of a sequence", ["-e", sequence(), "--no-prefilter"]),
    ("merge, sort, sequences", "a sequence by actor", ["-e", sequence(), "--no-prefilter"]),
    ("documents", "every record matches", ["-e", "any where true", "--order", "input"]),
    ("output", "every record matches", ["-e", "any where true", "--order", "input"]),
]


WORST_BYTES = 64_000_000

# What costs most a byte: the row, the shape of its log (make_worst.py), arguments. None of it can be skipped unparsed.
WORST = [
    ("every record matches", "usual", ["-e", "any where true", "--order", "input"]),
    ("every record matches, by time", "usual", ["-e", "any where true"]),
    ("every record matches, before output", "usual", ["-o", "count", "-e", "any where true"]),
    ("every record matches 10 rules", "usual", ["--order", "input", *["-e", "any where event.action != null"] * 10]),
    ("every record matches 10 rules, before output", "usual", ["-o", "count", *["-e", "any where event.action != null"] * 10]),
    ("a rule that reads every field", "usual", ["every field"]),
    ("escapes in every key", "escapes", ["--no-prefilter"]),
    ("nested 800 deep", "deep", ["--no-prefilter"]),
    ("150 more keys", "keys", ["--no-prefilter"]),
    ("arrays of objects", "arrays", ["--no-prefilter"]),
    ("records of 58 bytes", "tiny", ["--no-prefilter"]),
    ("the same in one array", "tiny-array", ["--no-prefilter"]),
    ("of no known kind", "unknown", ["--no-prefilter"]),
    ("the same in one array", "unknown-array", ["--no-prefilter"]),
    ("one record of 64 MB", "one-record", ["--no-prefilter", "--max-record", "128M"]),
    ("one record of 64 MB, rejected", "one-record", ["--no-prefilter"]),
]


def every_field():
    """A query that reads all keywords which CloudTrail records become."""
    listed = subprocess.run([POSTERN, "fields", "aws.cloudtrail"], capture_output=True, text=True, check=True).stdout
    named = [line.split("\t")[0] for line in listed.splitlines() if line.split("\t")[1:2] == ["keyword"]]
    return "any where " + " or ".join(f'{name} == "none of them"' for name in named if not name.endswith("*"))


def worst_row(name, shape, arguments):
    log = WORK / f"worst-{shape}.log"
    if not log.exists():
        made = WORK / "worst-new"
        make_worst.make(shape, WORST_BYTES, made)
        made.rename(log)
    asked = [] if "-e" in arguments else ["-e", every_field()] if "every field" in arguments else ["-r", RULE]
    return Row(name, [*HUNT, *asked, *(a for a in arguments if a != "every field"), str(log)]), log


def measure_worst(rounds):
    """The table of WORST: MB/s beside a DOM of which every value is looked at. A row may end with 3 (no log) or 4 (rejected)."""
    print(f"\nworst cases\n{'':48} {'MB/s':>7} {'DOM':>7} {'of the DOM':>10} {'peak MB':>8}")
    rows, wrong = [], {}
    for case in WORST:
        row, log = worst_row(*case)
        beside = []
        for _ in range(rounds):
            code = row.run(os.devnull)
            if code not in (0, 3, 4):
                wrong[row.name] = f"exit code {code}"
            done = subprocess.run([PROGRAMS["dom_bench"], log], capture_output=True, text=True, preexec_fn=lambda: os.sched_setaffinity(0, {0}))
            beside.append(float(re.search(r"([0-9.]+) MB/s", done.stdout)[1]))
        dom = statistics.median(beside)
        rate = log.stat().st_size / 1e6 / row.median()
        print(f"{row.name:48} {rate:7.0f} {dom:7.0f} {rate / dom:10.2f} {row.peak_kib / 1000:8.1f}{'  WRONG' * (row.name in wrong)}")
        rows.append({"name": row.name, "median_seconds": row.median(), "mb_s": rate, "dom_mb_s": dom})
    return {"workload": "worst cases", "rows": rows, "skipped": {}, "wrong": wrong}


def profile_of(command):
    """Stage to (seconds, records, GB/s or None), and how many records there were."""
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                          preexec_fn=lambda: os.sched_setaffinity(0, {0}))
    stages = {}
    for name, seconds, rest in re.findall(r"^  (\w[\w, ]*?) +([0-9.]+) +[0-9.]+%(.*)$", done.stderr, re.MULTILINE):
        figures = rest.split()
        stages[name] = (float(seconds), int(figures[0]) if figures else None, float(figures[2]) if len(figures) > 2 else None)
    if done.returncode != 0 or "parse" not in stages:
        sys.exit(f"bench: {' '.join(command)} failed:\n{done.stderr}")
    return stages, stages["frame, skip"][1]


def measure_stages(log, packed, rounds):
    """The table of STAGES; the clock of a profile makes those of single records some 25 ns longer."""
    print(f"\nstages, by --profile\n{'':24} {'':40} {'ns a record':>12} {'GB/s':>7}")
    rows = []
    for stage, what, arguments in STAGES:
        chosen = ["-r", rules(1000, True)] if "1000 rules" in arguments else [] if "-e" in arguments else ["-r", RULE]
        command = [*HUNT, "--profile", *chosen, *(a for a in arguments if a != "1000 rules"),
                   packed if what == "gzipped files" else log]
        found = []
        for _ in range(rounds):
            stages, all_records = profile_of(command)
            seconds, records, rate = stages[stage]
            found.append((seconds * 1e9 / (records or all_records), rate))
        each, rate = sorted(found)[len(found) // 2]
        print(f"{stage:24} {what:40} {each:12.0f} {f'{rate:7.2f}' if rate else ''}")
        rows.append({"stage": stage, "what": what, "ns_a_record": each, "gb_s": rate})
    return {"workload": "stages", "rows": rows, "skipped": {}, "wrong": {}}


def measure_follow():
    """bench/follow.py, beside nothing: a pipe is what it is."""
    done = subprocess.run([sys.executable, ROOT / "bench" / "follow.py", POSTERN], capture_output=True, text=True)
    print(f"\n--follow\n{(done.stdout or done.stderr).strip()}")
    return {"workload": "follow", "rows": [{"name": "--follow", "says": done.stdout.strip()}], "skipped": {},
            "wrong": {} if done.returncode == 0 else {"--follow": done.stderr.strip()}}


def check(row, folder, out):
    """Whether the answer is the truth, or (of a peer that prints in its own way) has as many lines; the first thing that is wrong."""
    if row.truth == "count":
        with open(out, "rb") as answer, open(folder / "truth.jsonl", "rb") as truth:
            found, wanted = sum(1 for _ in answer), sum(1 for _ in truth)
        return None if found == wanted else f"{found} lines, not {wanted}"
    done = subprocess.run([sys.executable, SHARED / "check_truth.py", folder, out], capture_output=True, text=True)
    return None if done.returncode == 0 else next(iter((done.stdout + done.stderr[-200:]).strip().splitlines()), "no answer")


def measure(title, rows, folder, rounds, only, size):
    rows = [row for row in rows if re.search(only, row.name)]
    if not rows:
        return {"workload": title, "rows": [], "skipped": {}, "wrong": {}}
    out = WORK / "answer"
    for number in range(rounds):
        for row in rows:
            if row.missing or row.error:
                continue
            code = row.run(out)
            if code != 0:
                row.error = f"exit code {code}"
            elif row.truth and number == 0:
                row.error = check(row, folder, out)
    return report(title, rows, size)


def report(title, rows, size):
    done = [row for row in rows if not row.missing and not row.error]
    print(f"\n{title}")
    print(f"{'':48} {'seconds':>9} {'MB/s':>7} {'times the first':>15} {'peak MB':>8}")
    for row in rows:
        if row.missing or row.error:
            print(f"{row.name:48} {'skipped: no ' + row.missing if row.missing else 'WRONG: ' + row.error}")
            continue
        rate = f"{size / 1e6 / row.median():7.0f}" if size else f"{'':7}"
        print(f"{row.name:48} {row.median():9.4f} {rate} {row.median() / done[0].median():15.2f} {row.peak_kib / 1000:8.1f}")
    return {"workload": title, "rows": [{"name": row.name, "median_seconds": row.median(), "seconds": row.seconds,
                                         "peak_kib": row.peak_kib} for row in done],
            "skipped": {row.name: row.missing for row in rows if row.missing},
            "wrong": {row.name: row.error for row in rows if row.error}}


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n", 1)[0].removeprefix("usage: "), description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--bytes", default="1GB")
    parser.add_argument("--only", default="")
    parser.add_argument("--peers", default=os.environ.get("POSTERN_NODE_MODULES", "."))
    options = parser.parse_args()
    if not (SHARED / "gen_cloudlogs.py").exists():
        sys.exit(f"bench: {SHARED} is not there: it holds the log generator (POSTERN_SHARED names another place)")
    subprocess.run([ROOT / "tools" / "build.sh", "release", *PROGRAMS], check=True)
    WORK.mkdir(parents=True, exist_ok=True)
    mixed = generate(f"mixed-{options.bytes}", "--format", "mixed", "--bytes", options.bytes, "--seed", "1")
    packed = generate(f"packed-{options.bytes}", "--format", "cloudtrail-files", "--gzip", "--bytes", options.bytes, "--seed", "3")
    trail = generate(f"cloudtrail-{options.bytes}", "--format", "ndjson", "--bytes", options.bytes, "--seed", "2")
    log, trail_log = mixed / "mixed.ndjson", trail / "cloudtrail.ndjson"
    raw = json.loads((packed / "manifest.json").read_text())["raw_bytes"]
    run = lambda title, rows, folder, size: measure(title, rows, folder, options.rounds, options.only, size)
    results = [run("mixed log, one core, in the page cache", mixed_rows(str(log), options.peers), mixed, log.stat().st_size),
               run("gzipped CloudTrail files", packed_rows(packed, options.peers), packed, raw),
               run("documents from CloudTrail", normalize_rows(str(trail_log)), trail, trail_log.stat().st_size),
               run("start", start_rows(mixed), mixed, 0)]
    if re.search(options.only, "stages"):
        results.append(measure_stages(str(log), str(packed / "AWSLogs"), min(options.rounds, 3)))
    if re.search(options.only, "follow"):
        results.append(measure_follow())
    if re.search(options.only, "worst"):
        results.append(measure_worst(min(options.rounds, 5)))
    commit = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    (WORK / "results.json").write_text(json.dumps({"commit": commit, "machine": platform.processor() or platform.machine(),
                                                   "workloads": results}, indent=1))
    print(f"\ncommit {commit}; results in {WORK / 'results.json'}")
    sys.exit(1 if any(result["wrong"] for result in results) else 0)


if __name__ == "__main__":
    main()
