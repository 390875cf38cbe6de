# SPDX-License-Identifier: GPL-2.0-only
"""At most so many machines at a time on this computer, whoever starts them.

Two runs of the tests beside each other would otherwise starve each other's machines until the
watchdogs end them. PKVM_MACHINES says how many (default 2; 0: no bound).
"""

import fcntl
import os
import time

# Whoever waits as long as this goes ahead: a test may hold one machine and wait for a second.
LONGEST_WAIT = 600.0


def _try(folder, count):
    for n in range(count):
        slot = open(os.path.join(folder, str(n)), "w", encoding="ascii")
        try:
            fcntl.flock(slot, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return slot
        except OSError:
            slot.close()
    return None


def take(build):
    """Waits for a free place; the file that holds it, to be closed when the machine has ended."""
    count = int(os.environ.get("PKVM_MACHINES", "2") or 0)
    if not count:
        return None
    folder = os.path.join(build, "machines")
    os.makedirs(folder, exist_ok=True)
    deadline = time.monotonic() + LONGEST_WAIT
    while time.monotonic() < deadline:
        slot = _try(folder, count)
        if slot:
            return slot
        time.sleep(0.1)
    return None
