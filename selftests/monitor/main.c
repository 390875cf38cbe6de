// SPDX-License-Identifier: GPL-2.0-only
/* From reset to the kernel. */
#include <string.h>

#include "monitor.h"

struct cpu cpus[MAX_CPUS];
u32 nr_cpus;
struct options options;

extern char stacks[];

static const struct {
	const char *name;
	bool *value;
} known_options[] = {
	{ "monitor.deny=1", &options.deny },
	{ "monitor.check=1", &options.check },
	{ "monitor.idle=1", &options.idle },
	{ "monitor.ext=1", &options.ext },
	{ "monitor.quiet=1", &options.quiet },
};

static void set_option(const char *word, u32 len)
{
	u32 i;

	for (i = 0; i < sizeof(known_options) / sizeof(known_options[0]); i++) {
		if (strlen(known_options[i].name) == len &&
		    !strncmp(known_options[i].name, word, len)) {
			*known_options[i].value = true;
			return;
		}
	}
	fatal("an option that starts with monitor. is not known; the command line is wrong");
}

static void read_options(const char *cmdline)
{
	static const char prefix[] = "monitor.";

	while (*cmdline) {
		u32 len = 0;

		while (cmdline[len] && cmdline[len] != ' ')
			len++;
		if (!strncmp(cmdline, prefix, sizeof(prefix) - 1))
			set_option(cmdline, len);
		cmdline += len + (cmdline[len] == ' ');
	}
}

static struct cpu *cpu_setup(u32 index)
{
	struct cpu *cpu = &cpus[index];

	cpu->index = index;
	cpu->stack_top = (u64)stacks + (index + 1) * STACK_SIZE;
	cpu_init(cpu);
	return cpu;
}

void main_boot(void)
{
	struct cpu *cpu;
	u64 entry, dtb;
	u32 size;

	read_options(load_cmdline(&size));
	tree_read();
	psci_start();
	gic_init_dist();
	cpu = cpu_setup(0);
	say("PSCI 1.1, SMCCC 1.2, %u CPUs, kernel enters at EL%u%s", nr_cpus,
	    cpu_has_el2() ? 2 : 1, options.deny ? ", denies what stops the machine" : "");
	entry = load_all(&dtb);
	cpu_enter(cpu, entry, dtb, true);
}

void main_secondary(u32 index)
{
	psci_wait_off(cpu_setup(index));
}
