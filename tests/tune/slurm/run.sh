#!/usr/bin/env bash
# Tunes one network as a Slurm job array of two shards, on a cluster of this machine alone that lives as long as this script, and merges
# what they found.
# usage: run.sh MOBILITH    exit 77: there is no Slurm here
set -euo pipefail
mobilith=$1

for program in munged slurmctld slurmd sbatch; do
  command -v "$program" >/dev/null || PATH=$PATH:/usr/sbin:/sbin
  command -v "$program" >/dev/null || { echo "skipped: no $program (apt: slurm-wlm)"; exit 77; }
done

folder=$(mktemp -d "${TMPDIR:-/tmp}/mobilith-slurm-XXXXXX")
pids=()
stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$folder"
}
trap stop EXIT
fail() { echo "$*" >&2; tail -n 20 "$folder"/*.log >&2 || true; exit 1; }

chmod 755 "$folder"
mkdir "$folder/state" "$folder/spool" "$folder/run"
head -c 1024 /dev/urandom >"$folder/munge.key"
chmod 400 "$folder/munge.key"
munged --force --foreground --socket="$folder/run/munge" --key-file="$folder/munge.key" --pid-file="$folder/run/munged.pid" \
  --log-file="$folder/munge.log" --seed-file="$folder/munge.seed" 2>"$folder/munged.log" &
pids+=($!)

port=$((20000 + $$ % 20000))
cat >"$folder/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$folder/run/munge
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_res
SelectTypeParameters=CR_CPU
ReturnToService=2
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/run/slurmctld.pid
SlurmdPidFile=$folder/run/slurmd.pid
SlurmctldTimeout=30
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
NodeName=$(hostname -s) NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=test Nodes=ALL Default=YES State=UP
CONF
export SLURM_CONF=$folder/slurm.conf
for _ in $(seq 100); do [ -S "$folder/run/munge" ] && break; sleep 0.1; done
slurmctld -D >"$folder/slurmctld.log" 2>&1 &
pids+=($!)
slurmd -D >"$folder/slurmd.log" 2>&1 &
pids+=($!)
for _ in $(seq 300); do sinfo -h -o %t 2>/dev/null | grep -qx idle && break; sleep 0.1; done
sinfo -h -o %t 2>/dev/null | grep -qx idle || fail "the cluster did not come up"

cat >"$folder/job.sh" <<JOB
#!/bin/sh
exec "$mobilith" autotune --net mobilenet_v1 --alpha 0.25 --resolution 32 --candidates 1 \\
  --shard \$SLURM_ARRAY_TASK_ID/2 --schedules "$folder/records\$SLURM_ARRAY_TASK_ID"
JOB
timeout 300 sbatch --wait --array=0-1 --output="$folder/task-%a.log" --chdir="$folder" "$folder/job.sh" || fail "the array failed"

"$mobilith" schedules merge "$folder"/records0/*.json "$folder"/records1/*.json --out "$folder/merged.json"
"$mobilith" schedules verify "$folder/merged.json"
kernels=$("$mobilith" schedules list "$folder/merged.json" --format json | grep -c '"type"')
[ "$kernels" -eq 11 ] || fail "expected 11 records, got $kernels"
echo "two shards under Slurm, merged: $kernels records"
