# SPDX-License-Identifier: GPL-2.0-only
# What a kernel of which EL2 keeps its hands shows of itself, and a guest of stock KVM.
. /test/power.sh

$hosttest kmsg > /out/kmsg
cp /proc/cpuinfo /proc/meminfo /out/
grep -v BogoMIPS /proc/cpuinfo > /out/cpuinfo
sed -n 's/.*\(CPU: All CPU.*\)/\1/p' /out/kmsg > /out/level
if [ -e /dev/kvm ]; then
	echo present > /out/kvm-device
else
	echo none > /out/kvm-device
fi
# Names alone: the counts, one for each CPU, and Linux's own numbers differ from boot to boot.
awk 'NR == 1 { cpus = NF; next }
     { name = ($1 ~ /^[0-9]+:$/) ? "" : $1
       for (i = cpus + 2; i <= NF; i++) name = name " " $i
       print name }' /proc/interrupts | sort -u > /out/interrupts
if [ -e /dev/kvm ]; then
	step guest $hosttest kvm
fi
