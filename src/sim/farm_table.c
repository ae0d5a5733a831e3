#include "sim/farm_table.h"

#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct phone_row rows[] = {
	{ "00", 22, "answers and presses 1", 200, "OK", true, .keys = "1" },
	{ "01", 14, "answers and presses 2", 200, "OK", true, .keys = "2" },
	{ "02", 30, "rings out", 200, "OK", true, .rings_out = true },
	{ "03", 7, "is busy", 486, "Busy Here" },
	{ "04", 5, "declines", 603, "Decline", true },
	{ "05", 14, "voicemail: a greeting, a beep, silence; hangs up after 15 s", 200, "OK", true,
	  .voice = PHONE_VOICEMAIL, .hang_up_ms = 15000 },
	{ "06", 0, "call screening: a voice asks who is calling; presses nothing", 200, "OK", true,
	  .voice = PHONE_SCREENS },
	{ "07", 2, "is an unknown number", 404, "Not Found" },
	{ "08", 0, "the carrier fails with 503, the next call is answered and 1 pressed", 200, "OK", true,
	  .fails_first = true, .keys = "1" },
	{ "09", 3, "answers and hangs up in mid-prompt", 200, "OK", true, .hang_up_ms = 1500 },
	{ "10", 3, "answers and says nothing", 200, "OK", true },
	{ "11", 0, "answers and presses 9", 200, "OK", true, .keys = "9" },
	{ "12", 0, "answers, presses 5, and 1 when asked again", 200, "OK", true, .keys = "51" },
	{ "13", 0, "rings for 5 s, answers and presses 1", 200, "OK", true, .ring_ms = 5000, .keys = "1" },
};

const struct phone_row *farm_rows(int *n)
{
	*n = COUNT(rows);
	return rows;
}

/* FNV-1a over the digits, then the finaliser of splitmix64: neighbouring numbers must not behave alike. */
uint64_t farm_hash(const char *number, uint64_t seed)
{
	uint64_t h = 0xcbf29ce484222325u ^ seed;

	for (; *number; number++)
		h = (h ^ (unsigned char)*number) * 0x100000001b3u;
	h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
	h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
	return h ^ (h >> 31);
}

const struct phone_row *farm_row(const char *number, uint64_t seed)
{
	size_t len = strlen(number);
	int at = (int)(farm_hash(number, seed) % 100);

	for (unsigned i = 0; len >= 2 && i < COUNT(rows); i++)
		if (!strcmp(number + len - 2, rows[i].digits))
			return &rows[i];
	for (unsigned i = 0; i < COUNT(rows); i++) {
		at -= rows[i].weight;
		if (at < 0)
			return &rows[i];
	}
	return &rows[0]; /* not reached: the weights make 100 */
}
