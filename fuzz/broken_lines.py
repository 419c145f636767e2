#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hold hunts over broken lines against each other.

    broken_lines.py --postern PROGRAM [--seconds N] [--seed N] [--shrink SECONDS] [--keep FOLDER]
    broken_lines.py --postern PROGRAM FILE...

Writes files of the sample logs' records, a line each, some of them broken in random places, and hunts through each with
and without the prefilter, by one thread and by three. What must hold, as docs/limits.md says it:
  - one thread and three print the same, to the byte, and end alike;
  - without the prefilter a rule finds the same; only `record` may differ, since a line broken in several places may count as
    one item where it is two, and so may what is said of broken lines: but in a file of less than 1 MiB nothing differs.
The files are small, or large enough for the prefilter, or large enough to be read in parts. The seed is printed: the
same one writes the same files. On a difference lines are taken away as long as it stays, the rest is kept in FOLDER
(by default the one at hand) and status 1 says so. With FILEs only these are looked at."""
import argparse
import gzip
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "data" / "samples"
SKIPS_FROM = 1 << 20  # bytes; before them the prefilter skips nothing
SIZES = (300_000, 2_300_000, 2_300_000, 2_300_000, 2_300_000, 18_000_000)
QUERIES = ("any where event.action in~ (\"DeleteSecurityGroup\", \"v1.compute.firewalls.delete\", "
           "\"microsoft.network/networksecuritygroups/securityrules/write\")",
           "sequence by event.dataset with maxspan=1h [any where event.action == \"AuthorizeSecurityGroupIngress\"] "
           "[any where event.action == \"RevokeSecurityGroupIngress\"]")
RULES = [["-r", str(ROOT / "bench" / "firewall_changes.toml")], ["-r", str(ROOT / "rules")],
         [word for query in QUERIES for word in ("-e", query)], ["-e", QUERIES[0]]]
# What is put in: what ends and begins values, strings, lines and escapes, and what a rule finds.
FOUND = b'{"eventVersion":"1","eventSource":"ec2.amazonaws.com","eventName":"DeleteSecurityGroup"}'
PIECES = (b"\n", b"}", b"{", b"}\n{", b'"', b"\\", b"\\u0041", b"}{", b"} {", b"]{", b",", b"},{", b"[", b"]", b"\r\n", b" ",
          b"\t", b"\x00", b"\xff", b'"eventName":"DeleteSecurityGroup"', b'"eventName":"x"', b'eventN\\u0061me', b"\n\n", b"\n,",
          b'"methodName":"v1.compute.firewalls.delete"', b'{"Records":[' + FOUND, b"}" + FOUND, b"]" + FOUND,
          b"}2026-01-31T09:00:00.000Z " + FOUND, b"\n" + FOUND + b"\n")


def dense(record):
    return json.dumps(record, separators=(",", ":")).encode()


def records():
    """All records of the samples, and those of them that rules find."""
    trail = json.loads(gzip.decompress((SAMPLES / "cloudtrail.json.gz").read_bytes()))["Records"]
    lines = [dense(r) for r in trail + json.loads((SAMPLES / "azure-activity.json").read_text())["records"]]
    for name in ("azure-audit.ndjson", "gcp-audit.ndjson", "aws-guardduty.ndjson"):
        lines += (SAMPLES / name).read_bytes().splitlines()
    found = [line for line in lines if re.search(rb"SecurityGroup|firewalls|NETWORKSECURITYGROUPS", line)]
    return lines, found + [FOUND]


def broken(line, dice):
    line = bytearray(line)
    for _ in range(dice.choice((1, 1, 2, 4))):
        at, way = dice.randrange(len(line) + 1), dice.random()
        if way < 0.5:
            line[at:at] = dice.choice(PIECES)
        elif way < 0.7:
            del line[at:at + dice.choice((1, 1, 2, 10, 100))]
        elif way < 0.8:
            del line[at:]
        else:
            at = line.find(dice.choice((b"}", b"{", b'"', b",", b"]")), at)
            if at >= 0:
                del line[at if way < 0.9 else at + 1:at + 1 if way < 0.9 else len(line)]
    return bytes(line) or b"{}"


def make_lines(dice, size, lines, found):
    """Whole lines first, so that the prefilter is at work when the broken ones come."""
    out, rate, whole = [], dice.choice((0.002, 0.02, 0.2)), min(size // 2, SKIPS_FROM)
    while size > 0:
        line = dice.choice(found if dice.random() < 0.03 else lines)
        if size < whole and dice.random() < rate:
            line = broken(line, dice)
        out.append(line)
        size -= len(line) + 1
    return out + [b""] * dice.randrange(2)


def hunt(postern, rules, path, *options):
    command = [postern, "hunt", "-q", "-o", "ndjson", *rules, *options, path]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True)
    return done.stdout, done.stderr, done.returncode


def without_records(printed):
    return re.sub(rb'"record":[0-9]+', b"", printed)


def difference(postern, rules, path):
    """What differs, or None."""
    one = hunt(postern, rules, path, "--threads", "1")
    if one[2] not in (0, 4):
        return f"status {one[2]}: {one[1].decode(errors='replace').strip()[-300:]}"
    if hunt(postern, rules, path, "--threads", "3") != one:
        return "three threads and one differ"
    all_read = hunt(postern, rules, path, "--threads", "1", "--no-prefilter")
    if path.stat().st_size < SKIPS_FROM and all_read != one:
        return "a small file with and without --no-prefilter"
    if without_records(all_read[0]) != without_records(one[0]):
        return "with and without --no-prefilter"
    return None


def smaller(lines, fails, seconds):
    """The lines without those that the failure does not need: halves first, then ever fewer, as long as there is time."""
    step, end = len(lines) // 2, time.monotonic() + seconds
    while step:
        at = 0
        while at < len(lines) and time.monotonic() < end:
            rest = lines[:at] + lines[at + step:]
            if fails(rest):
                lines = rest
            else:
                at += step
        step //= 2
    return lines


def write(path, lines):
    path.write_bytes(b"\n".join(lines))
    return path


def report(postern, rules, what, path):
    print(f"broken lines: {what}: {path}")
    print(f"    {postern} hunt -q -o ndjson {' '.join(map(repr, rules))} --threads 1 {path}")


def check_works(postern, folder, lines):
    """Unless something is skipped nothing is tested."""
    path = write(folder / "whole.ndjson", lines * 8)
    said = subprocess.run([postern, "hunt", "--profile", "-o", "count", *RULES[0], path], capture_output=True, text=True).stderr
    if not re.search(r"prefilter: [1-9][0-9]* of [0-9]+ records skipped", said):
        sys.exit(f"broken lines: the prefilter is not at work:\n{said}")


def search(opt, folder):
    dice = random.Random(opt.seed)
    lines, found = records()
    check_works(opt.postern, folder, lines)
    end, files, path = time.monotonic() + opt.seconds, 0, folder / "lines.ndjson"
    while time.monotonic() < end:
        rules, made = dice.choice(RULES), make_lines(dice, dice.choice(SIZES), lines, found)
        what = difference(opt.postern, rules, write(path, made))
        if what:
            made = smaller(made, lambda rest: difference(opt.postern, rules, write(path, rest)) == what, opt.shrink)
            report(opt.postern, rules, what, write(opt.keep / f"broken-lines-{opt.seed}.ndjson", made))
            return 1
        files += 1
    print(f"    {files} files, no difference")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postern", required=True, type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--shrink", type=float, default=90, help="seconds for taking lines away")
    parser.add_argument("--keep", type=pathlib.Path, default=pathlib.Path("."))
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    opt = parser.parse_args()
    wrong = 0
    for path in opt.files:
        for rules in RULES:
            what = difference(opt.postern, rules, path)
            if what:
                report(opt.postern, rules, what, path)
                wrong = 1
    if opt.files:
        return wrong
    print(f"broken lines: --seed {opt.seed}, {opt.seconds:g} s", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        return search(opt, pathlib.Path(folder))


sys.exit(main())
