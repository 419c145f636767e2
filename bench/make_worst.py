#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: make_worst.py SHAPE BYTES FILE

Writes a log of the shape, the same each time: records that cost a reader more than usual. SHAPE is one of SHAPES below."""
import json
import sys


def dense(value):
    return json.dumps(value, separators=(",", ":"))


def trail(i, **more):
    """A small CloudTrail record."""
    return {"eventVersion": "1.08", "eventTime": "2026-01-01T00:%02d:%02dZ" % (i // 60 % 60, i % 60),
            "eventSource": "ec2.amazonaws.com", "eventName": "Describe%d" % (i % 50), "awsRegion": "us-east-1",
            "sourceIPAddress": "192.0.2.%d" % (i % 250), "eventID": "%032x" % (i * 2654435761), "eventType": "AwsApiCall",
            "recipientAccountId": "123456789012", **more}


def usual(i):
    user = {"type": "AssumedRole", "arn": "arn:aws:sts::123456789012:assumed-role/r%d/s" % (i % 9), "userName": "u%d" % (i % 99)}
    return trail(i, userIdentity=user, userAgent="aws-cli/2.15.%d Python/3.11" % (i % 30), requestParameters={"groupId": "sg-%06x" % i})


def deep(i):
    value = {}
    for _ in range(400):
        value = {"a": [value]}
    return trail(i, requestParameters=value)


def escapes(i):
    return trail(i, requestParameters={"k\x01\"\\%d\n" % k: "v\t\"\\\x02%d" % k for k in range(40)})


def keys(i):
    return trail(i, requestParameters={"f%d" % k: k for k in range(150)})


def arrays(i):
    return trail(i, requestParameters={"groups": [{"groupId": "sg-%d" % k, "ports": [1, 2, 3]} for k in range(60)]})


def tiny(i):
    return {"eventVersion": "1", "eventName": "A%d" % (i % 300), "eventSource": "s"}


def unknown(i):
    return {"id": i % 1000, "level": "info", "text": "nothing of ours"}


def lines(make):
    """NDJSON of some hundred records, again and again."""
    def write(out, size):
        block = "".join(dense(make(i)) + "\n" for i in range(300))
        for _ in range(-(-size // len(block))):
            out.write(block)
    return write


def one_array(make, opening, closing):
    """One line that holds them all."""
    def write(out, size):
        block = ",".join(dense(make(i)) for i in range(300))
        out.write(opening + block)
        for _ in range(size // len(block)):
            out.write("," + block)
        out.write(closing + "\n")
    return write


ONE = dense(trail(0))[:-1] + ',"requestParameters":{"items":['
SHAPES = {
    "usual": lines(usual), "deep": lines(deep), "escapes": lines(escapes), "keys": lines(keys), "arrays": lines(arrays),
    "tiny": lines(tiny), "unknown": lines(unknown), "tiny-array": one_array(tiny, '{"Records":[', "]}"),
    "unknown-array": one_array(unknown, "[", "]"), "one-record": one_array(keys, ONE, "]}}"),
}


def make(shape, size, path):
    with open(path, "w", encoding="ascii") as out:
        SHAPES[shape](out, size)


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] not in SHAPES:
        sys.exit(f"{__doc__}\n{' '.join(SHAPES)}")
    make(sys.argv[1], int(sys.argv[2]), sys.argv[3])
