#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: follow.py [--rate N] [--seconds N] [--every N] [PROGRAM]

How long a match takes from the moment its record is written to a pipe until its line is there: PROGRAM (the release program)
follows a pipe that brings --rate records a second for --seconds, one in --every of which matches. Prints how many matches there
were and the milliseconds at the median, at the 99th hundredth and at most. Ends with 1 when a match is missing or the records came
more than a tenth slower. The writer,
the program and the reader are three processes: on fewer processors than that the figures are those of all of them."""
import argparse
import json
import multiprocessing
import os
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BATCHES = 1000 # a second


def record(number, matches):
    name = "CreateSecurityGroup" if matches else "DescribeInstances"
    return json.dumps({
        "eventVersion": "1.08", "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/u", "userName": "u"},
        "eventTime": "2026-01-31T09:00:00Z", "eventSource": "ec2.amazonaws.com", "eventName": name, "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7", "userAgent": "aws-cli/2.15.0", "requestParameters": {"filler": "x" * 700},
        "requestID": "r", "eventID": f"{number:012d}", "readOnly": not matches, "eventType": "AwsApiCall",
        "recipientAccountId": "123456789012"}, separators=(",", ":")).encode() + b"\n"


def write(fd, options, sent):
    """One batch a millisecond; sent[i]: when the i-th matching record was written."""
    per_batch = options.rate // BATCHES
    other = record(0, False)
    number, started = 0, time.monotonic_ns()
    for batch in range(options.seconds * BATCHES):
        due = started + batch * 1_000_000_000 // BATCHES
        while time.monotonic_ns() < due:
            time.sleep(0.0002)
        lines, matching = [], []
        for _ in range(per_batch):
            matches = number % options.every == 0
            lines.append(record(number, True) if matches else other)
            if matches:
                matching.append(number // options.every)
            number += 1
        now = time.monotonic_ns()
        for index in matching:
            sent[index] = now
        text = memoryview(b"".join(lines))
        while text:
            text = text[os.write(fd, text):]
    sent[len(sent) - 1] = time.monotonic_ns() - started # behind those of the matches
    os.close(fd)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?", default=str(ROOT / "build" / "release" / "postern"))
    parser.add_argument("--rate", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--every", type=int, default=100)
    options = parser.parse_args()
    options.rate = max(options.rate // BATCHES, 1) * BATCHES
    wanted = -(-options.rate * options.seconds // options.every)
    sent = multiprocessing.Array("q", wanted + 1, lock=False)
    reading, writing = os.pipe()
    hunt = subprocess.Popen([options.program, "hunt", "-q", "--follow", "--order", "input", "-o", "ndjson", "-r",
                             str(ROOT / "bench" / "firewall_changes.toml"), "-"], stdin=reading, stdout=subprocess.PIPE)
    os.close(reading)
    writer = multiprocessing.Process(target=write, args=(writing, options, sent))
    writer.start()
    os.close(writing)
    took = []
    for line in hunt.stdout:
        now = time.monotonic_ns()
        number = int(json.loads(line)["event"]["event"]["id"])
        took.append((now - sent[number // options.every]) / 1e6)
    writer.join()
    code = hunt.wait()
    took.sort()
    if len(took) != wanted or code != 0:
        sys.exit(f"follow: {len(took)} matches, not {wanted}; exit code {code}")
    rate = options.rate * options.seconds / (sent[wanted] / 1e9)
    if rate < options.rate * 0.9:
        sys.exit(f"follow: the writer managed {rate:.0f} records a second, not {options.rate}")
    print(f"{rate:.0f} records a second, {len(took)} matches, ms from write to match: {took[len(took) // 2]:.2f} median, "
          f"{took[len(took) * 99 // 100]:.2f} at the 99th hundredth, {took[-1]:.2f} at most")


if __name__ == "__main__":
    main()
