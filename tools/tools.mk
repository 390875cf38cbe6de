# SPDX-License-Identifier: GPL-2.0-only OR MIT
# How the operator's tools are built: include it after TOP is set.
PKVM_VERSION ?= $(shell cat $(TOP)/VERSION)

TOOL_CFLAGS := -std=gnu11 -O2 -g -Wall -Wextra -Wshadow -Wstrict-prototypes -Werror \
	-D_GNU_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE \
	-ffile-prefix-map=$(TOP)=. -I$(TOP)/include \
	-DPKVM_VERSION='"$(PKVM_VERSION)"' $(EXTRA_CFLAGS)
TOOL_LDFLAGS := -pie -Wl,-z,relro,-z,now $(EXTRA_LDFLAGS)
