#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The sample logs are what tools/make_samples.py writes, use reserved addresses only, and hold what data/samples/README.md
says that they hold."""
import gzip
import ipaddress
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

PROJECT = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = PROJECT / "data" / "samples"
FILES = ("cloudtrail.json.gz", "azure-activity.json", "azure-audit.ndjson", "gcp-audit.ndjson",
         "aws-guardduty.ndjson", "aws-securityhub.json")
# RFC 5737, and the whole Internet.
RESERVED = [ipaddress.ip_network(n) for n in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "0.0.0.0/32")]


def content(path):
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode()


class Samples(unittest.TestCase):
    def test_the_generator_writes_the_committed_files(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, "-B", PROJECT / "tools" / "make_samples.py", folder], check=True,
                           stdout=subprocess.DEVNULL)
            for name in FILES:
                # Not the gzip bytes: they depend on the zlib at hand.
                self.assertEqual(content(pathlib.Path(folder) / name), content(SAMPLES / name), name)

    def test_addresses_are_reserved_ones(self):
        for name in FILES:
            for text in set(re.findall(r"\b\d{1,3}(?:\.\d{1,3}){3}\b", content(SAMPLES / name))):
                self.assertTrue(any(ipaddress.ip_address(text) in n for n in RESERVED), f"{name}: {text}")

    def test_the_files_hold_as_many_records_as_the_page_says(self):
        counts = {"cloudtrail.json.gz": len(json.loads(content(SAMPLES / FILES[0]))["Records"]),
                  "azure-activity.json": len(json.loads(content(SAMPLES / FILES[1]))["records"]),
                  "azure-audit.ndjson": content(SAMPLES / FILES[2]).count("\n"),
                  "gcp-audit.ndjson": content(SAMPLES / FILES[3]).count("\n"),
                  "aws-guardduty.ndjson": content(SAMPLES / FILES[4]).count("\n"),
                  "aws-securityhub.json": len(json.loads(content(SAMPLES / FILES[5]))["Findings"])}
        page = (SAMPLES / "README.md").read_text(encoding="utf-8")
        said = {name: int(n) for name, n in re.findall(r"^\| `([\w.-]+)` \|[^|]*\| (\d+) \|", page, re.MULTILINE)}
        self.assertEqual(said, counts)


if __name__ == "__main__":
    unittest.main()
