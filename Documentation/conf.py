# SPDX-License-Identifier: GPL-2.0-only
"""Sphinx configuration: `make docs` builds HTML, and every warning is an error."""

import os

with open(os.path.join(os.path.dirname(__file__), "..", "VERSION"), encoding="ascii") as _file:
    version = _file.read().strip()

project = "Protected KVM for stock kernels"
author = "the authors of this repository"
project_copyright = author
release = version

extensions = ["sphinx.ext.graphviz"]
graphviz_output_format = "svg"
exclude_patterns = ["build"]
# A reference to a page or a label that is not there ends the build.
nitpicky = True

html_theme = "alabaster"
html_theme_options = {"page_width": "1080px"}
html_copy_source = False

# One manual page for each tool, from Documentation/man/NAME.rst.
_man = os.path.join(os.path.dirname(__file__), "man")
man_pages = [(f"man/{_name[:-4]}", _name[:-4], "", author, 1)
             for _name in sorted(os.listdir(_man) if os.path.isdir(_man) else [])
             if _name.endswith(".rst")]
