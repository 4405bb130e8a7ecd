#!/bin/bash
# Eleven workers on one table with GNU Parallel: parallel.sh TABLE, in the folder of the pipeline.
set -eu
table=${1:?usage: parallel.sh TABLE}

printf "djw populate $table --reserve-jobs --suppress-errors;\n%.0s" {1..11} | parallel -j 11
