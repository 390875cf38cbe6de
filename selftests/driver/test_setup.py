#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The machinery of tools/setup with steps of its own: stamps, interruption, failure, change."""

import os
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
REPO = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(REPO, "selftests", "lib"))
import tap  # noqa: E402

# Each step notes that it ran. "two" waits for a file when $SLOW is set, and fails for $FAIL.
STEPS = """
source {setup}
build={top}/build; root=$build/root; stamps=$build/stamps; log=$build/setup.log
cache=${{PKVM_CACHE:-$build/cache}}
steps=(one two three)
declare -A says=([one]="first" [two]="second" [three]="third")
declare -A needs=([two]=one [three]=two)
declare -A made_from=([three]=two)
fresh_lists() {{ :; }}
check_machine() {{ :; }}
step_one() {{ echo one >> {top}/ran; }}
step_two() {{
	echo two >> {top}/ran
	{change}
	if [ -n "${{SLOW-}}" ]; then sleep 30; fi
	if [ -n "${{FAIL-}}" ]; then echo "the reason of the failure"; false; fi
	echo "not reached by a failure" > {top}/two
}}
step_three() {{ echo three >> {top}/ran; }}
main "$@"
"""


class Made:
    """A made-up set-up in a folder of its own."""

    def __init__(self):
        self._dir = tempfile.TemporaryDirectory(prefix="setup-")
        self.top = self._dir.name
        self.write()

    def write(self, change=":"):
        with open(self.top + "/s", "w", encoding="utf-8") as file:
            file.write(STEPS.format(setup=os.path.join(REPO, "tools", "setup"), top=self.top,
                                    change=change))

    def start(self, *args, **env):
        return subprocess.Popen(["bash", self.top + "/s", *args], stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True, env=dict(os.environ, **env),
                                start_new_session=True)

    def run(self, *args, **env):
        """(exit code, output)"""
        process = self.start(*args, **env)
        out = process.communicate(timeout=60)[0]
        return process.returncode, out

    def ran(self):
        """The steps that ran since the last call."""
        path = self.top + "/ran"
        if not os.path.exists(path):
            return []
        with open(path, encoding="ascii") as file:
            names = file.read().split()
        os.unlink(path)
        return names


def interrupt(made, sig):
    """Ends a run in the middle of step two, the way that Ctrl-C or a power cut would."""
    process = made.start(SLOW="1")
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if os.path.exists(made.top + "/ran"):
            with open(made.top + "/ran", encoding="ascii") as file:
                if "two" in file.read():
                    break
        time.sleep(0.05)
    os.killpg(process.pid, sig)
    process.communicate(timeout=20)
    return process.returncode


def machinery(out):
    made = Made()
    code, text = made.run()
    out.ok(code == 0 and made.ran() == ["one", "two", "three"], "the steps run in order", text)
    out.ok("[2/3] two: second" in text, "progress is shown", text)
    start = time.monotonic()
    code, text = made.run()
    out.ok(code == 0 and made.ran() == [] and time.monotonic() - start < 5,
           "a second run does nothing", text)
    code, text = made.run("--list")
    out.ok(code == 0 and text.count("done") == 3 and made.ran() == [], "--list says what is done",
           text)
    made.run("--force", "two")
    out.ok(made.ran() == ["two", "three"], "--force repeats a step and what is made from it")
    made.write(change="true changed")
    made.run()
    out.ok(made.ran() == ["two", "three"], "a changed step runs again, with what is made from it")


def interruption(out):
    for sig in (signal.SIGINT, signal.SIGKILL):
        made = Made()
        code = interrupt(made, sig)
        begun = made.ran()
        _, listed = made.run("--list")
        good = (code != 0 and begun == ["one", "two"] and not os.path.exists(made.top + "/two")
                and listed.count("done") == 1)
        code, text = made.run()
        name = "an interrupted step is done again, those before it are not"
        if sig == signal.SIGKILL:
            name += " (killed)"
        out.ok(good and code == 0 and made.ran() == ["two", "three"], name, text)


def failure(out):
    made = Made()
    code, text = made.run(FAIL="1")
    out.ok(code == 1 and made.ran() == ["one", "two"], "a failing step ends the run", text)
    out.ok("the reason of the failure" in text and "step two failed" in text,
           "a failing step shows the end of the log", text)
    out.ok(not os.path.exists(made.top + "/two"), "a step ends at its first failing command")
    code, text = made.run()
    out.ok(code == 0 and made.ran() == ["two", "three"], "the next run goes on there", text)


def usage(out):
    made = Made()
    for args, word in ((("--bad",), "unknown option"), (("nosuch",), "no step"),
                       (("--force", "nosuch"), "no step"), (("--force",), "needs a step")):
        code, text = made.run(*args)
        out.ok(code == 2 and word in text and made.ran() == [],
               f"{' '.join(args)} is refused", text)
    code, text = made.run("--help")
    out.ok(code == 0 and "PKVM_CACHE" in text, "--help")
    code, text = made.run("two")
    out.ok(code == 0 and made.ran() == ["one", "two"], "one step, with what it needs", text)


def two_at_once(out):
    made = Made()
    first = made.start(SLOW="1")
    time.sleep(1)
    second = made.start()
    time.sleep(1)
    waits = second.poll() is None
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate(timeout=20)
    text = second.communicate(timeout=60)[0]
    out.ok(waits and second.returncode == 0 and "waiting" in text, "two runs do not mix", text)


def mirrors(out):
    """The mirror comes from the machine's apt, and no host of it is in git."""
    made = Made()
    script = (f"source {REPO}/tools/setup; cd {made.top}; "
              "printf '# c\\nhttp://mirror.test/debian/\\nhttp://b/\\n' > list; "
              "plain_uri mirror+file:$PWD/list; plain_uri http://mirror.test/debian/; "
              "write_sources http://m.test/debian http://s.test/security")
    text = subprocess.run(["bash", "-c", script], stdout=subprocess.PIPE, text=True,
                          check=True).stdout.splitlines()
    out.ok(text[:2] == ["http://mirror.test/debian"] * 2, "a list of mirrors gives its first")
    out.ok("deb http://m.test/debian trixie-backports main" in text
           and "deb-src http://s.test/security trixie-security main" in text,
           "suites of the root's sources", "\n".join(text))


def main():
    out = tap.Writer()
    machinery(out)
    interruption(out)
    failure(out)
    usage(out)
    two_at_once(out)
    mirrors(out)
    sys.exit(out.end())


if __name__ == "__main__":
    main()
