#!/bin/sh
# What Python's JSON has beyond JSON, and a script that ends badly but answers.
if [ "$1" = --host ]; then
	echo "{\"self\": \"$2\", \"template\": \"{{ a }}\"}"
	exit 3
fi
echo '{"g": {"hosts": ["h"], "vars": {"n": NaN, "i": -Infinity, "e": 1e400, "t": "{{ n }}"}}}'
