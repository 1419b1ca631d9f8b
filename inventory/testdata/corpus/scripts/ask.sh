#!/bin/sh
if [ "$1" = --list ]; then echo "{\"g\":[\"h1\",\"h2\"],\"k\":{\"vars\":{\"v\":1}}, \"z\":{\"a\":1}}"; else echo "{\"me\":\"$2\"}"; fi
