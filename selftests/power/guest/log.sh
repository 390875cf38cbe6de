# SPDX-License-Identifier: GPL-2.0-only
# What EL2 wrote to its log.
. /test/power.sh

step info $hosttest info
step log $hosttest log
