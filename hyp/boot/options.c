// SPDX-License-Identifier: GPL-2.0-only
#include <linux/types.h>

#include "boot/options.h"
#include "nvhe/log.h"

#define NR_UNKNOWN	(sizeof(((struct boot_options *)0)->unknown) / \
			 sizeof(((struct boot_options *)0)->unknown[0]))
#define UNKNOWN_LEN	sizeof(((struct boot_options *)0)->unknown[0])

/* A piece of the command line; not terminated. */
struct text {
	const char *s;
	size_t len;
};

/* One word: name, or name=value. */
struct word {
	struct text all, name, value;
	bool has_value;
};

/* Linux's isspace(): 0xa0 is a space there. */
static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == (char)0xa0;
}

static char dash_to_underscore(char c)
{
	return c == '-' ? '_' : c;
}

static bool text_is(struct text t, const char *s)
{
	size_t i;

	for (i = 0; i < t.len && s[i]; i++) {
		if (t.s[i] != s[i])
			return false;
	}
	return i == t.len && !s[i];
}

/* The first @len bytes of a parameter name; '-' and '_' are the same there. */
static bool name_starts(struct text t, const char *s, size_t len)
{
	if (t.len < len)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (dash_to_underscore(t.s[i]) != dash_to_underscore(s[i]))
			return false;
	}
	return true;
}

static bool name_is(struct text t, const char *s)
{
	size_t len = 0;

	while (s[len])
		len++;
	return t.len == len && name_starts(t, s, len);
}

/* A value or word in quotes loses the opening quote, and the closing one if it is last. */
static struct text unquote(struct text t)
{
	if (!t.len || t.s[0] != '"')
		return t;
	t.s++;
	t.len--;
	if (t.len && t.s[t.len - 1] == '"')
		t.len--;
	return t;
}

static void word_split(struct word *w)
{
	size_t i = 0;

	while (i < w->all.len && w->all.s[i] != '=')
		i++;
	w->name = (struct text){ w->all.s, i };
	/* A '=' in front of any name does not make a value. */
	w->has_value = i && i < w->all.len;
	if (!w->has_value) {
		w->name = w->all;
		return;
	}
	w->value = unquote((struct text){ w->all.s + i + 1, w->all.len - i - 1 });
}

/* The next word of @rest, which moves behind it; false: there is none. */
static bool word_next(struct text *rest, struct word *w)
{
	bool quoted = false;
	size_t i = 0;

	while (rest->len && is_space(*rest->s)) {
		rest->s++;
		rest->len--;
	}
	if (!rest->len)
		return false;
	while (i < rest->len && (quoted || !is_space(rest->s[i]))) {
		if (rest->s[i] == '"')
			quoted = !quoted;
		i++;
	}
	w->all = unquote((struct text){ rest->s, i });
	rest->s += i;
	rest->len -= i;
	word_split(w);
	return true;
}

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

/* The whole of @t as a 32-bit number, decimal or 0x and hexadecimal. */
static bool text_to_u32(struct text t, u32 *out)
{
	u64 value = 0;
	int base = 10;

	if (t.len > 2 && t.s[0] == '0' && (t.s[1] == 'x' || t.s[1] == 'X')) {
		base = 16;
		t.s += 2;
		t.len -= 2;
	}
	if (!t.len)
		return false;
	for (size_t i = 0; i < t.len; i++) {
		int digit = digit_value(t.s[i]);

		if (digit >= base)
			return false;
		value = value * base + digit;
		if (value > 0xffffffffULL)
			return false;
	}
	*out = value;
	return true;
}

static bool allow_smc_one(struct boot_options *opt, u32 id)
{
	for (u32 i = 0; i < opt->nr_allow_smc; i++) {
		if (opt->allow_smc[i] == id)
			return true;
	}
	if (opt->nr_allow_smc == BOOT_MAX_SMC_ALLOW)
		return false;
	opt->allow_smc[opt->nr_allow_smc++] = id;
	return true;
}

/* All of the list or none: half a list would look like the owner's wish. */
static bool set_allow_smc(struct boot_options *opt, struct text v)
{
	u32 before = opt->nr_allow_smc;
	size_t start = 0;

	for (size_t i = 0; i <= v.len; i++) {
		u32 id;

		if (i < v.len && v.s[i] != ',')
			continue;
		if (!text_to_u32((struct text){ v.s + start, i - start }, &id) ||
		    !allow_smc_one(opt, id)) {
			opt->nr_allow_smc = before;
			return false;
		}
		start = i + 1;
	}
	return true;
}

static bool set_log(struct boot_options *opt, struct text v)
{
	if (text_is(v, "err"))
		opt->log_level = LOG_ERR;
	else if (text_is(v, "warn"))
		opt->log_level = LOG_WARN;
	else if (text_is(v, "info"))
		opt->log_level = LOG_INFO;
	else if (text_is(v, "debug"))
		opt->log_level = LOG_DEBUG;
	else
		return false;
	return true;
}

static bool set_panic(struct boot_options *opt, struct text v)
{
	if (text_is(v, "reset"))
		opt->panic = BOOT_PANIC_RESET;
	else if (text_is(v, "stop"))
		opt->panic = BOOT_PANIC_STOP;
	else
		return false;
	return true;
}

/* Linux leaves the mode alone when it does not know the value; so do we. */
static void set_mode(struct boot_options *opt, struct text v)
{
	if (text_is(v, "protected"))
		opt->protected = true;
	else if (text_is(v, "nvhe") || text_is(v, "none") || text_is(v, "nested"))
		opt->protected = false;
}

/* The text goes to a terminal: no control characters. */
static void note_unknown(struct boot_options *opt, struct text t)
{
	static const char more[] = "... and more";
	char *to;
	size_t i;

	if (opt->nr_unknown == NR_UNKNOWN) {
		t = (struct text){ more, sizeof(more) - 1 };
		opt->nr_unknown--;
	}
	to = opt->unknown[opt->nr_unknown++];
	for (i = 0; i < t.len && i < UNKNOWN_LEN - 1; i++)
		to[i] = t.s[i] >= ' ' && t.s[i] <= '~' ? t.s[i] : '?';
	to[i] = 0;
}

static bool set_pkvm(struct boot_options *opt, const struct word *w)
{
	if (!w->has_value)
		return false;
	if (name_is(w->name, "pkvm.log"))
		return set_log(opt, w->value);
	if (name_is(w->name, "pkvm.panic"))
		return set_panic(opt, w->value);
	if (name_is(w->name, "pkvm.allow_smc"))
		return set_allow_smc(opt, w->value);
	return false;
}

void options_init(struct boot_options *opt)
{
	*opt = (struct boot_options){
		.log_level = LOG_INFO,
		.panic = BOOT_PANIC_RESET,
	};
}

void options_parse(const char *args, size_t len, struct boot_options *opt)
{
	struct text rest = { args, 0 };
	struct word w;

	while (rest.len < len && args[rest.len])
		rest.len++;
	while (word_next(&rest, &w)) {
		if (!w.has_value && text_is(w.name, "--"))
			return;
		if (w.has_value && name_is(w.name, "kvm-arm.mode"))
			set_mode(opt, w.value);
		else if (name_starts(w.name, "pkvm.", 5) && !set_pkvm(opt, &w))
			note_unknown(opt, w.all);
	}
}
