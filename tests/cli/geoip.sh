#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Places and networks of addresses from databases of our own; without them, or for an unknown address, there are none.
. "$TESTS/common.inc"
python3 "$TESTS/../tools/make_mmdb.py" city.mmdb << 'END'
192.0.2.0/25 {"continent":{"names":{"en":"Europe"}},"country":{"iso_code":"DE","names":{"en":"Germany"}},"subdivisions":[{"iso_code":"BE","names":{"en":"Land Berlin"}}],"city":{"names":{"de":"Berlin","en":"Berlin"}},"location":{"latitude":52.5,"longitude":13.25}}
2001:db8::/32 {"country":{"iso_code":"NL"}}
END
printf '192.0.2.0/24 {"autonomous_system_number":64500,"autonomous_system_organization":"Example Net"}\n' |
    python3 "$TESTS/../tools/make_mmdb.py" asn.mmdb
record() {
    printf '{"eventName":"e","eventSource":"s","sourceIPAddress":"%s"}\n' "$1"
}
for address in 192.0.2.7 192.0.2.200 2001:db8::1 203.0.113.1 ec2.amazonaws.com; do record $address; done > trail.ndjson
printf '{"time":"2026-03-10T09:00:00Z","resourceId":"/x","operationName":"o","category":"Administrative","callerIpAddress":"%s","location":"global"}\n' 192.0.2.7 203.0.113.1 > activity.ndjson
printf '{"insertId":"i","protoPayload":{"requestMetadata":{"callerIp":"192.0.2.7"}}}\n' > gcp.ndjson
geo() {
    "$POSTERN" normalize --geoip-city city.mmdb --geoip-asn asn.mmdb "$1" |
        python3 -c 'import json, sys
for line in sys.stdin:
    d = json.loads(line)
    print(json.dumps([d.get("source", {}).get("geo"), d.get("source", {}).get("as"), d.get("geo")]))'
}
for file in trail activity gcp; do echo "$file"; geo $file.ndjson; done
"$POSTERN" normalize trail.ndjson | grep -c '"geo"'
cp trail.ndjson broken.mmdb
run normalize --geoip-city broken.mmdb trail.ndjson
run normalize --geoip-asn missing.mmdb trail.ndjson
"$POSTERN" hunt -o csv --geoip-asn asn.mmdb -e 'any where source.as.organization.name == "Example Net" and source.as.number == 64500' trail.ndjson 2> /dev/null | columns 13
