#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: instructions.py --postern PROGRAM [--update]

Instructions a record, counted by callgrind over our sample logs as one NDJSON file, four and eight times over: what start-up
costs falls out of the difference. They are held against bench/instructions.json: more than 3 % above is a failure, more than
3 % below asks for --update, so that what was gained is kept. Counts depend on the compiler and on what the processor
offers, so the check is skipped (exit code 77) without valgrind or AVX2."""
import argparse
import gzip
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
KEPT = ROOT / "bench" / "instructions.json"
SLACK = 0.03
FEW, MANY = 4, 8
RULE = str(ROOT / "bench" / "firewall_changes.toml")
HUNT = ["hunt", "-q", "--threads", "1", "-o", "ndjson", "-r", RULE]
MEASURED = {
    "hunt, by operation": HUNT,
    "hunt, every record parsed": [*HUNT, "--no-prefilter"],
    "normalize": ["normalize", "--threads", "1"],
}


def sample_lines():
    samples = ROOT / "data" / "samples"
    records = json.load(gzip.open(samples / "cloudtrail.json.gz"))["Records"]
    records += json.load(open(samples / "azure-activity.json"))["records"]
    lines = [json.dumps(record, separators=(",", ":")) for record in records]
    for name in ("azure-audit.ndjson", "gcp-audit.ndjson"):
        lines += (samples / name).read_text().splitlines()
    return lines


def count(command):
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command],
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not found:
        sys.exit(f"instructions: {' '.join(command)} failed:\n{done.stderr}")
    return int(found.group(1))


def measure(postern):
    lines = sample_lines()
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        for times in (FEW, MANY):
            files[times] = pathlib.Path(folder) / f"{times}.ndjson"
            files[times].write_text("\n".join(lines * times) + "\n")
        for name, arguments in MEASURED.items():
            counts = {times: count([postern, *arguments, str(file)]) for times, file in files.items()}
            found[name] = round((counts[MANY] - counts[FEW]) / (len(lines) * (MANY - FEW)))
        one = pathlib.Path(folder) / "one.ndjson"
        one.write_text(lines[0] + "\n")
        found["start, one rule and one record"] = count([postern, *HUNT, str(one)])
    return found


def has_avx2():
    try:
        return " avx2 " in pathlib.Path("/proc/cpuinfo").read_text()
    except OSError:
        return False


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postern", required=True)
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    if not shutil.which("valgrind") or not has_avx2():
        print("skipped: needs valgrind and AVX2")
        sys.exit(77)
    found = measure(options.postern)
    if options.update:
        KEPT.write_text(json.dumps(found, indent=1) + "\n")
    kept = json.loads(KEPT.read_text())
    wrong = sorted(set(found) ^ set(kept))
    for name in found.keys() & kept.keys():
        change = found[name] / kept[name] - 1
        verdict = "MORE" if change > SLACK else "less: keep it with --update" if change < -SLACK else "ok"
        wrong += [name] if verdict != "ok" else []
        print(f"{name:34} {found[name]:>10} {kept[name]:>10} {change:+7.1%}  {verdict}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
