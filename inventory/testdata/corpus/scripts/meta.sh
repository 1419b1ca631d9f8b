#!/bin/sh
if [ "$1" = --list ]; then echo "{\"g\":[\"h1\",\"h2\"],\"k\":{\"hosts\":[\"h3\"],\"vars\":{\"v\":\"{{x}}\"},\"children\":[\"g\"]},\"_meta\":{\"hostvars\":{\"h1\":{\"a\":1}, \"hx\":{\"q\":1}}}}"; fi
