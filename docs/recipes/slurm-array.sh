#!/bin/bash
# Sixteen workers on a cluster: sbatch slurm-array.sh SCHEMA, in the folder of the pipeline.
#SBATCH --job-name=djw
#SBATCH --array=1-16
#SBATCH --cpus-per-task=2
#SBATCH --mem=8G
#SBATCH --time=08:00:00
#SBATCH --signal=B:TERM@60
#SBATCH --output=djw-%A_%a.jsonl
set -eu
schema=${1:?usage: sbatch slurm-array.sh SCHEMA}

echo "worker $SLURM_ARRAY_TASK_ID of array job $SLURM_ARRAY_JOB_ID on $(hostname)" >&2
cd "$SLURM_SUBMIT_DIR"

# No key is begun in the last half hour. One that takes longer still becomes an error, SIGTERM received, a minute before
# the end of the allocation: retry it. exec, so that the signal reaches djw.
exec djw worker "$schema" --max-time 450m --errors-ok --json
