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

read_vmcore()
{
	ls -l /proc/vmcore | awk '{ print "size", $5 }'
	# Its size is one of whole pages: no record is a part.
	dd if=/proc/vmcore of=/dev/null bs=4096 2>&1 | sed -n 's/^\([0-9]*\)+0 records out/pages \1/p'
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
