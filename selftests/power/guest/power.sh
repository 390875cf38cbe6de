# SPDX-License-Identifier: GPL-2.0-only
# For the scripts of selftests/power, on top of lib.sh.

cpu_dir=/sys/devices/system/cpu

all_cpus()
{
	local dir

	for dir in $cpu_dir/cpu[0-9]*; do
		echo "${dir##*/cpu}"
	done
}

# What the kernels before this one left in /out (a reset or kexec lies between).
earlier_results()
{
	tar -xf "$(disk results)" -C /out
}

# hex FILE: its bytes as one hexadecimal number
hex()
{
	echo "0x$(od -An -v -tx1 "$1" | tr -d ' \n')"
}

# The MPIDR affinity of a CPU: the reg of its node, one cell or two.
affinity()
{
	hex "$cpu_dir/cpu$1/of_node/reg"
}

# The regions that EL2 took, "BASE SIZE" a line; two cells each as on all our machines.
held()
{
	local node

	for node in /proc/device-tree/reserved-memory/pkvm-el2*; do
		dd if="$node/reg" of=/tmp/base bs=8 count=1 2> /dev/null
		dd if="$node/reg" of=/tmp/size bs=8 skip=1 count=1 2> /dev/null
		echo "$(hex /tmp/base) $(hex /tmp/size)"
	done
}

# On every CPU EL2's first page is closed, and EL2 counts the tries: stage 2 is on.
closed()
{
	local cpu base size

	held > /tmp/held
	[ -s /tmp/held ] || { echo "FAIL no region of EL2 in the device tree"; return 1; }
	read -r base size < /tmp/held
	for cpu in $(cat $cpu_dir/online | cpus_of_list); do
		echo "cpu $cpu:"
		taskset -c "$cpu" $hosttest touch nofault "$base" 4096 || return 1
	done
}

# "0-2,5" to "0 1 2 5"
cpus_of_list()
{
	tr ',' '\n' | while IFS=- read -r first last; do
		seq "$first" "${last:-$first}"
	done
}

# The machine works: results in steps works-*, with a name behind.
works()
{
	step "works-timers$1" $hosttest timers
	step "works-disk$1" $hosttest disk "$(disk scratch)" 1048576 7
	step "works-pci$1" pci_config
	step "works-closed$1" closed
	step "info$1" $hosttest info
}

# MMIO: every PCI function answers to a read of its configuration space.
pci_config()
{
	local dev count=0

	for dev in /sys/bus/pci/devices/*; do
		[ "$(od -An -tx2 -N2 "$dev/config" | tr -d ' ')" = \
		  "$(sed 's/0x//' "$dev/vendor")" ] || { echo "FAIL $dev"; return 1; }
		count=$((count + 1))
	done
	echo "devices $count"
	[ $count -gt 0 ]
}

# unpack NAME...: files of the images disk, to /tmp
unpack()
{
	tar -xf "$(disk images)" -C /tmp "$@"
}

# This kernel's command line, but for the script that runs at its end.
cmdline_for()
{
	sed "s/ -- .*/ -- $*/" /proc/cmdline
}

# monitor_count FID: how often that call reached EL3 by the test monitor's record, and how often
# with registers that were not 0 beyond its arguments. Needs pkvm.allow_smc=0xc200ff00.
monitor_count()
{
	$hosttest call smc 0 0xc200ff00 1 "$1" | awk '
		$1 == "x0" && $2 != "0x0" { print "FAIL the monitor says " $2; exit 1 }
		$1 == "x1" { made = $2 } $1 == "x3" { print made, $2 }'
}
