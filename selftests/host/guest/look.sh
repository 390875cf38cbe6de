# SPDX-License-Identifier: GPL-2.0-only
# What the machine looks like, and that its devices work. Held against a plain EL1 boot by
# selftests/boot/compare.py.

list_pci()
{
	local dev

	for dev in /sys/bus/pci/devices/*; do
		echo "${dev##*/} $(cat "$dev/vendor" "$dev/device" "$dev/class" | tr '\n' ' ')" \
			"$(basename "$(readlink "$dev/driver")")"
	done
}

# One line a file, "path: content", for sysfs files of one line.
show_files()
{
	local file

	for file in "$@"; do
		[ ! -f "$file" ] || echo "$file: $(cat "$file" 2>&1)"
	done
}

show_cpus()
{
	show_files /sys/devices/system/cpu/online /sys/devices/system/cpu/possible \
		/sys/devices/system/cpu/vulnerabilities/* \
		/sys/devices/system/cpu/cpu*/regs/identification/* \
		/sys/devices/system/cpu/cpuidle/* /sys/devices/system/cpu/aarch32_el0 \
		/sys/devices/system/cpu/cpu0/cpuidle/state*/name \
		/sys/devices/system/clocksource/clocksource0/available_clocksource \
		/sys/devices/system/clocksource/clocksource0/current_clocksource \
		/sys/devices/system/clockevents/clockevent*/current_device \
		/sys/power/state /sys/power/mem_sleep \
		/sys/bus/event_source/devices/*/caps/* /sys/bus/event_source/devices/*/cpus
}

# The scratch disk's interrupts, by Linux's number.
disk_irqs()
{
	local node

	node=$(basename "$(readlink -f "/sys/block/$(basename "$(disk scratch)")/device")")
	sed -n "s/^ *\([0-9]*\):.* \($node\|$node-req\.[0-9]*\|.*, $node\)$/\1/p" /proc/interrupts
}

# Reads on each CPU: with MSIs each has a queue and so an interrupt of its own; the one interrupt
# that a disk has without them is sent to each CPU in turn.
spread()
{
	local dev cpu irq

	dev=$(disk scratch) || return 1
	cat /proc/interrupts
	echo "--"
	for cpu in /sys/devices/system/cpu/cpu[0-9]*; do
		cpu=${cpu##*/cpu}
		for irq in $(disk_irqs); do
			echo "$cpu" 2> /dev/null > "/proc/irq/$irq/smp_affinity_list"
		done
		taskset -c "$cpu" dd if="$dev" of=/dev/null bs=4k count=16 iflag=direct 2>&1 ||
			return 1
	done
	sleep 1
	cat /proc/interrupts
}

network()
{
	local link=/sys/class/net/eth0 sum

	[ -e "$link" ] || { echo "FAIL no eth0"; return 1; }
	ip link set lo up
	ip link set eth0 up
	udhcpc -i eth0 -n -q -t 10 -s /test/udhcpc || return 1
	ping -c 3 10.0.2.2 || return 1
	# The host's side serves one file, with its checksum in its name's neighbour.
	tftp -g -r payload -l /tmp/payload 10.0.2.2 || return 1
	tftp -g -r payload.sum -l /tmp/payload.sum 10.0.2.2 || return 1
	sum=$(sha256sum < /tmp/payload)
	[ "$sum" = "$(cat /tmp/payload.sum)" ] || { echo "FAIL payload is $sum"; return 1; }
	echo "payload $(wc -c < /tmp/payload) bytes"
}

perf_stat()
{
	perf stat -e cycles,instructions,cpu-clock -- dd if=/dev/zero of=/dev/null bs=64k count=200
}

step dmesg "$hosttest" kmsg
step auxv "$hosttest" auxv
step cpuinfo cat /proc/cpuinfo
step uidregs "$hosttest" uidregs
step idregs "$hosttest" idregs
step facts "$hosttest" facts
step cpus show_cpus
step cmdline cat /proc/cmdline
step iomem cat /proc/iomem
step meminfo cat /proc/meminfo
step version cat /proc/version
cp /sys/firmware/fdt /out/fdt
step pci list_pci
step timers "$hosttest" timers
step timer_list cat /proc/timer_list
step disk "$hosttest" disk "$(disk scratch)" 4194304 0x1234
step spread spread
step network network
step perf "$hosttest" perf
[ ! -x /usr/bin/perf ] || step perf_stat perf_stat
if "$hosttest" info > /out/info 2>&1; then
	step el2log "$hosttest" log
fi
step dmesg_end "$hosttest" kmsg
