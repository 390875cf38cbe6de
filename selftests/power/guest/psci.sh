# SPDX-License-Identifier: GPL-2.0-only
# A read of debugfs psci makes the call that each kernel makes as it boots. From every CPU.
. /test/power.sh

read_psci()
{
	local cpu

	for cpu in $(all_cpus); do
		taskset -c "$cpu" cat /sys/kernel/debug/psci || return 1
	done
}

step info-before $hosttest info
step psci-read read_psci
step info-after $hosttest info
