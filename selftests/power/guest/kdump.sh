# SPDX-License-Identifier: GPL-2.0-only
# usage: kdump 1: loads a crash kernel and crashes; kdump 2: the crash kernel, which reads all.
. /test/power.sh

load_crash_kernel()
{
	unpack bare initrd
	kexec -p /tmp/bare --initrd=/tmp/initrd \
		--command-line="$(cmdline_for kdump 2 |
			sed 's/crashkernel=[^ ]*/nr_cpus=1 reset_devices/')"
}

# records SIZE [SKIP [COUNT]]: how many whole records of SIZE there are; a part of one is an error
records()
{
	dd if=/proc/vmcore of=/dev/null bs="$1" skip="${2:-0}" ${3:+count=$3} 2>&1 |
		sed -n 's/^\([0-9]*\)+0 records out/\1/p'
}

# All of it by big records, for speed, and its end by pages, of which it has a whole number.
read_vmcore()
{
	local size big

	size=$(ls -l /proc/vmcore | awk '{ print $5 }')
	big=$((size >> 20))
	echo "size $size"
	echo "mebibytes $(records 1048576 0 $big)"
	echo "pages $(records 4096 $((big * 256)))"
}

if [ "$1" = 1 ]; then
	works -1
	held > /out/held
	cp /proc/iomem /out/iomem
	step load load_crash_kernel
	cat /sys/kernel/kexec_crash_loaded > /out/loaded
	save_results
	sync
	echo c > /proc/sysrq-trigger
	sleep 60
	say "still here after a crash"
else
	earlier_results
	step vmcore read_vmcore
	dd if=/proc/vmcore of=/out/head bs=64k count=1
	cp /proc/iomem /out/iomem-2
	works -2
	step log-2 $hosttest log
fi
