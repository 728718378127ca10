#!/bin/bash
# slurm_here.sh start|stop FOLDER: a Slurm of this one machine on loopback, everything it writes in FOLDER. Needs root and
# Debian's slurm-wlm and munge. After start: export SLURM_CONF=FOLDER/slurm.conf
set -eu
command=$1 folder=$(realpath -m "$2")

start() {
  mkdir -p "$folder"/{munge,state,spool,log}
  chmod 755 "$folder" && chmod 700 "$folder/munge"
  head -c 1024 /dev/urandom > "$folder/munge/key"
  chmod 400 "$folder/munge/key"
  local host cores memory
  host=$(hostname -s)
  cores=$(nproc)
  memory=$(awk '/MemTotal/ {print int($2 / 1024)}' /proc/meminfo)
  cat > "$folder/slurm.conf" <<EOF
ClusterName=here
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge/socket
CredType=cred/munge
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/log/slurmctld
SlurmdLogFile=$folder/log/slurmd
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
ReturnToService=2
SchedulerParameters=sched_interval=2
JobRequeue=1
NodeName=$host NodeAddr=127.0.0.1 CPUs=$cores RealMemory=$memory State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
EOF
  munged --key-file="$folder/munge/key" --socket="$folder/munge/socket" --pid-file="$folder/munged.pid" \
    --log-file="$folder/munge/log" --seed-file="$folder/munge/seed" --force
  export SLURM_CONF=$folder/slurm.conf
  slurmctld -f "$SLURM_CONF"
  slurmd -f "$SLURM_CONF"
  for _ in $(seq 120); do
    [[ $(sinfo -h -o %t 2>/dev/null) == idle* ]] && return
    sleep 0.5
  done
  echo "slurm_here.sh: the node does not become idle; see $folder/log" >&2
  exit 1
}

stop() {
  local pid
  for daemon in slurmd slurmctld munged; do
    [[ -s $folder/$daemon.pid ]] || continue
    pid=$(<"$folder/$daemon.pid")
    kill "$pid" 2>/dev/null || continue
    for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
  done
}

case $command in
  start | stop) "$command" ;;
  *) echo "usage: slurm_here.sh start|stop FOLDER" >&2; exit 2 ;;
esac
