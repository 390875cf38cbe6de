# SPDX-License-Identifier: GPL-2.0-only
# For programs that run code of hyp/ on the development machine. TOP is the top of the
# repository, OUT the folder for the results.

CC ?= cc
SAN ?= -fsanitize=address,undefined -fno-sanitize-recover=all
HOST_CFLAGS := -std=gnu11 -g -O1 -Wall -Wextra -Wno-unused-function -Wno-unused-parameter -Werror \
	       -fno-omit-frame-pointer $(SAN) -I. -I$(TOP)/selftests/unit/fake \
	       -I$(TOP)/selftests/unit -I$(TOP)/hyp -I$(TOP)/include $(EXTRA_CFLAGS)

# libfdt as EL2 has it, from source and instrumented; the system's if set-up did not run.
FDT_DIR := $(wildcard $(TOP)/build/libfdt-src)
FDT_C := $(if $(FDT_DIR),fdt.c fdt_ro.c fdt_rw.c fdt_wip.c fdt_check.c fdt_addresses.c \
		 fdt_sw.c fdt_empty_tree.c)
FDT_O := $(addprefix $(OUT)/libfdt/,$(FDT_C:.c=.o))
FDT_I := $(if $(FDT_DIR),-I$(FDT_DIR))
LIB_fdt := $(if $(FDT_DIR),$(FDT_O),-lfdt)

# EL2's device-tree code.
BOOT_FDT := $(wildcard $(TOP)/hyp/boot/fdt*.c) $(TOP)/hyp/boot/carve.c $(TOP)/hyp/boot/options.c

HYP_HEADERS := $(wildcard $(TOP)/hyp/*/*.h $(TOP)/include/*/*.h \
		 $(TOP)/selftests/unit/*.h $(TOP)/selftests/unit/*/*.h \
		 $(TOP)/selftests/unit/fake/*/*.h)

$(OUT)/libfdt/%.o: $(FDT_DIR)/%.c
	@mkdir -p $(@D)
	$(CC) -g -O1 $(SAN) $(EXTRA_CFLAGS) -I$(FDT_DIR) -c $< -o $@
