#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: train.py POSTERN FOLDER

Runs a program that counts (preset `train`) over our sample logs as it is used in earnest, so that the compiler learns which
ways are taken often: documents, one rule and many, skipping and not. The logs are the samples again and again, as lines and
as a gzip file, since the prefilter begins only behind the first MiB. FOLDER holds what is needed on the way."""
import gzip
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "data" / "samples"
ROUNDS = 24  # some 8 MB of CloudTrail


def run(command, **options):
    """Runs it to its end. What went wrong, in its own words, is what is left of it."""
    done = subprocess.run([*map(str, command)], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace", **options)
    if done.returncode:
        said = done.stderr.strip().splitlines()[-1:] or ["it said nothing"]
        sys.exit(f"train: '{command[0]} {command[1]}' ended with status {done.returncode}: {said[0]}; POSTERN_TRAIN=0 builds without a training run")


def line(record):
    return json.dumps(record, separators=(",", ":"))


def main():
    postern, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    trail = json.loads(gzip.decompress((SAMPLES / "cloudtrail.json.gz").read_bytes()))["Records"]
    for record in trail:  # as CloudTrail begins its records
        record["eventVersion"] = record.pop("eventVersion", "1.08")
    trail = [line({"eventVersion": r["eventVersion"], **r}) for r in trail]
    others = [line(r) for r in json.loads((SAMPLES / "azure-activity.json").read_text())["records"]]
    for name in ("azure-audit.ndjson", "gcp-audit.ndjson"):
        others += (SAMPLES / name).read_text().splitlines()
    (folder / "trail.ndjson").write_text("".join(f"{r}\n" for r in trail * ROUNDS))
    (folder / "mixed.ndjson").write_text("".join(f"{r}\n" for r in (trail * 3 + others) * (ROUNDS // 3)))
    with gzip.open(folder / "trail.json.gz", "wt", 6) as out:
        out.write('{"Records":[' + ",".join(trail * (ROUNDS // 3)) + "]}")
    run([sys.executable, ROOT / "bench" / "make_rules.py", "200", folder / "rules", "--mix"])
    hunt = [postern, "hunt", "-q", "--threads", "1", "-o", "ndjson"]
    one = ["-r", str(ROOT / "bench" / "firewall_changes.toml")]
    trail, mixed, packed = (str(folder / name) for name in ("trail.ndjson", "mixed.ndjson", "trail.json.gz"))
    for command in ([postern, "normalize", "--threads", "1", trail], [postern, "normalize", "--threads", "1", mixed],
                    [*hunt, *one, mixed], [*hunt, *one, packed], [*hunt, "--no-prefilter", *one, mixed],
                    [*hunt, "-r", str(folder / "rules"), mixed], [*hunt, mixed], [*hunt, str(SAMPLES)]):
        run(command, stdout=subprocess.DEVNULL, env={**os.environ, "HOME": str(folder)})


try:
    main()
except (OSError, ValueError, LookupError) as error:  # no disk, no program, samples that are none
    sys.exit(f"train: {error}; POSTERN_TRAIN=0 builds without a training run")
