# SPDX-License-Identifier: GPL-2.0-only
"""What a mutation is."""

import dataclasses


@dataclasses.dataclass
class Mutation:
    """A breakage: changes are (file, old text, new text); test is "COMMAND: what must fail"."""

    name: str
    changes: list
    test: str
    threats: list = dataclasses.field(default_factory=list)
    slow: bool = False

    @property
    def command(self):
        return self.test.split(": ", 1)[0].split()

    @property
    def assertion(self):
        return self.test.split(": ", 1)[1]
