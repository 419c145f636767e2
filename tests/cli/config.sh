#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The configuration file: where it is, what counts more, and how each mistake in it is refused with its place.
. "$TESTS/common.inc"
python3 "$TESTS/../tools/make_mmdb.py" city.mmdb << 'END'
192.0.2.0/24 {"country":{"iso_code":"DE"}}
END
python3 "$TESTS/../tools/make_mmdb.py" other.mmdb << 'END'
192.0.2.0/24 {"country":{"iso_code":"NL"}}
END
printf '{"eventName":"e","eventSource":"s","sourceIPAddress":"192.0.2.7"}\n' > trail.ndjson
mkdir folder
mv city.mmdb folder

# Printed: the country, or nothing.
country() {
    "$POSTERN" normalize "$@" trail.ndjson | grep -o '"country_iso_code":"..",\?' || echo none
}
echo "-- no file"
country
echo "-- a name is one in the folder of the file"
echo 'geoip-city = "city.mmdb"' > folder/my.toml
country --config folder/my.toml
country --config=folder/my.toml --geoip-city other.mmdb
echo "-- the default, below XDG_CONFIG_HOME or ~/.config; an empty name reads none"
mkdir -p xdg/postern home/.config/postern
export XDG_CONFIG_HOME="$PWD/xdg" HOME="$PWD/home"
echo "geoip-city = '$PWD/folder/city.mmdb'" > xdg/postern/config.toml
echo "geoip-city = '$PWD/other.mmdb'" > home/.config/postern/config.toml
country
country --config ''
country --config folder/my.toml --geoip-city ''
XDG_CONFIG_HOME='' country
XDG_CONFIG_HOME=xdg country
"$POSTERN" hunt -q -o csv -e 'any where source.geo.country_iso_code == "DE"' trail.ndjson | columns 6
echo "-- numbers, with and without quotes, and options that only another command has"
printf 'threads = 1\nmax-memory = "512K"\nmax-record = 10\n' > numbers.toml
run normalize --config numbers.toml trail.ndjson
run normalize --config numbers.toml --max-record 1K trail.ndjson
echo "-- mistakes, all at once"
cat > wrong.toml << 'END'
geoip_city = "city.mmdb"
threads = "4"
geoip-asn = 3
geoip-city = "missing.mmdb"
max-record = "16Q"
max-memory = 0
user-agents = "folder"
[hunt]
quiet = true
END
run hunt --config wrong.toml -e 'any where true' trail.ndjson
printf 'threads = 1\n\nmax-record =\n' > broken.toml
run normalize --config broken.toml trail.ndjson
run normalize --config missing.toml trail.ndjson
run normalize --config folder trail.ndjson
run version --config wrong.toml
echo 'geoip-city = "../trail.ndjson"' > folder/no_database.toml
run normalize --config folder/no_database.toml trail.ndjson
