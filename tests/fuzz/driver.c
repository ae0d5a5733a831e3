/*
 * Runs a fuzz target without libFuzzer, the same way each time: every file of the corpus, every piece of one, then inputs
 * made of them by a generator with a fixed seed. What libFuzzer does better it does in `make fuzz`; this is so that a plain
 * test run, on the compiler at hand and under its sanitizers, sees a fixed number of hostile inputs.
 *
 *	fuzz_NAME INPUTS CORPUS-FOLDER
 */
#include <glib.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_MOST = 4096,
       STEPS_MOST = 6,
       PIECES_MOST = 512 };

static GPtrArray *seeds; /* GByteArray */
static uint64_t state = UINT64_C(0x9e3779b97f4a7c15);
static struct {
	const uint8_t *data;
	size_t n;
} running;

static uint64_t chance(uint64_t n) /* 0 … n - 1 */
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return n ? state % n : 0;
}

static gint by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void read_corpus(const char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	const char *name;

	while (dir && (name = g_dir_read_name(dir)))
		g_ptr_array_add(names, g_build_filename(folder, name, NULL));
	g_ptr_array_sort(names, by_name); /* a folder's order is anybody's */
	for (guint i = 0; i < names->len; i++) {
		char *bytes;
		gsize n;

		if (g_file_get_contents(names->pdata[i], &bytes, &n, NULL))
			g_ptr_array_add(seeds, g_byte_array_new_take((guint8 *)bytes, n));
	}
	if (seeds->len == 0)
		g_error("there is nothing to begin with in %s", folder);
}

static void insert(GByteArray *in, gsize at, const guint8 *bytes, gsize n)
{
	g_autofree guint8 *rest = g_memdup2(in->data + at, in->len - at);
	guint n_rest = in->len - (guint)at;

	g_byte_array_set_size(in, (guint)at);
	g_byte_array_append(in, bytes, (guint)n);
	if (n_rest)
		g_byte_array_append(in, rest, n_rest);
}

/* Signs at which readers turn, ends of ranges, and what is no UTF-8. */
static void insert_odd(GByteArray *in, gsize at)
{
	static const char *const odd[] = {
		"\"",
		"\\",
		"{",
		"}",
		"[",
		"]",
		",",
		":",
		";",
		".",
		"@",
		"-",
		"+",
		"%",
		"&",
		"=",
		"#",
		"T",
		"Z",
		" ",
		"\t",
		"\r\n",
		"0",
		"9",
		"-1",
		"1e999",
		"9007199254740993",
		"18446744073709551616",
		"null",
		"true",
		"\\u0000",
		"\\ud800",
		"\\udc00",
		"\xc3\xa9",
		"\xf0\x9f\x98\x80",
		"\xef\xbb\xbf",
		"\xff",
		"\xc0\x80",
		"\xed\xa0\x80",
		"%00",
		"%C3",
		"%",
		"1.55512E+10",
		"23:59:60",
		"24:00",
		"-02-30",
		"9999",
		"0000",
		"=cmd|'x'!A1",
	};
	const char *s = odd[chance(G_N_ELEMENTS(odd))];

	if (chance(16) == 0)
		insert(in, at, (const guint8 *)"", 1); /* a NUL */
	else
		insert(in, at, (const guint8 *)s, strlen(s));
}

static void mutate(GByteArray *in)
{
	gsize at = chance(in->len + 1), n = chance(MIN(in->len - at, 64) + 1);
	const GByteArray *other = seeds->pdata[chance(seeds->len)];
	gsize from = chance(other->len), piece = chance(MIN(other->len - from, 256) + 1);

	switch (chance(6)) {
	case 0:
		if (at < in->len)
			in->data[at] ^= (guint8)(1u << chance(8));
		break;
	case 1: insert_odd(in, at); break;
	case 2:
		if (n)
			g_byte_array_remove_range(in, (guint)at, (guint)n);
		break;
	case 3: { /* the same again, many times */
		g_autofree guint8 *copy = g_memdup2(in->data + at, n);

		for (uint64_t i = chance(8); n && i > 0; i--)
			insert(in, at, copy, n);
		break;
	}
	case 4:
		if (piece)
			insert(in, at, other->data + from, piece);
		break;
	case 5: g_byte_array_set_size(in, (guint)at); break;
	}
	if (in->len > INPUT_MOST)
		g_byte_array_set_size(in, INPUT_MOST);
}

/* In a block of its own size, so that a look past its end is seen. */
static void run(const guint8 *data, size_t n)
{
	guint8 *copy = malloc(n); /* not NULL for nothing, as libFuzzer */

	if (n)
		memcpy(copy, data, n);
	running.data = copy;
	running.n = n;
	LLVMFuzzerTestOneInput(copy, n);
	free(copy);
}

/* A target says no by abort(): then the input is what one wants to see. */
static void show_input(int sig)
{
	(void)sig;
	fputs("the input: $'", stderr);
	for (size_t i = 0; i < running.n; i++) {
		uint8_t c = running.data[i];

		fprintf(stderr, g_ascii_isprint(c) && !strchr("'\\", c) ? "%c" : "\\x%02x", c);
	}
	fputs("'\n", stderr);
}

static void run_seed(const GByteArray *seed)
{
	run(seed->data, seed->len);
	for (guint n = 0; n < MIN(seed->len, PIECES_MOST); n++)
		run(seed->data, n);
}

static void run_mutant(void)
{
	const GByteArray *seed = seeds->pdata[chance(seeds->len)];
	GByteArray *in = g_byte_array_new();

	g_byte_array_append(in, seed->data, seed->len);
	for (uint64_t steps = 1 + chance(STEPS_MOST); steps > 0; steps--)
		mutate(in);
	run(in->data, in->len);
	g_byte_array_unref(in);
}

int main(int argc, char **argv)
{
	long inputs = argc == 3 ? strtol(argv[1], NULL, 10) : 0;

	if (inputs <= 0) {
		fprintf(stderr, "usage: %s INPUTS CORPUS-FOLDER\n", argv[0]);
		return 2;
	}
	signal(SIGABRT, show_input);
	seeds = g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref);
	read_corpus(argv[2]);
	for (guint i = 0; i < seeds->len; i++)
		run_seed(seeds->pdata[i]);
	for (long i = 0; i < inputs; i++)
		run_mutant();
	printf("%ld inputs made of %u\n", inputs, seeds->len);
	g_ptr_array_unref(seeds);
	return 0;
}
