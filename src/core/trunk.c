#include "core/trunk.h"

#include <string.h>

enum { PREFIX_MAX = 15 };

const char *health_name(enum health h)
{
	static const char *const names[HEALTH_END] = { "READY", "SUSPECT", "RESTING" };

	return names[h];
}

void watch_init(struct watch *w, int interval_ms, int64_t now_ms)
{
	*w = (struct watch){ .interval_ms = interval_ms, .due_ms = interval_ms ? now_ms : INT64_MAX };
}

/* When to ask a trunk that has missed `misses` times: sooner than usual, then as usual. */
static int64_t again_ms(const struct watch *w)
{
	int64_t wait = WATCH_AGAIN_MS;

	for (int i = 1; i < w->misses && wait < w->interval_ms; i++)
		wait *= 2;
	return wait < w->interval_ms ? wait : w->interval_ms;
}

static enum health after_miss(const struct watch *w, enum watch_event ev)
{
	if (ev == WATCH_REFUSED)
		return HEALTH_RESTING;
	if (ev == WATCH_UNREACHABLE)
		return w->misses > 1 ? HEALTH_RESTING : HEALTH_SUSPECT;
	return w->answers && w->misses >= WATCH_MISSES ? HEALTH_RESTING : HEALTH_SUSPECT;
}

bool watch_on(struct watch *w, enum watch_event ev, int64_t now_ms)
{
	enum health before = w->health, missed;

	switch (ev) {
	case WATCH_ANSWERED:
		w->answers = true;
		w->misses = 0;
		w->health = HEALTH_READY;
		w->due_ms = w->interval_ms ? now_ms + w->interval_ms : INT64_MAX;
		break;
	case WATCH_CALL_HEARD:
		w->misses = 0;
		w->health = HEALTH_READY;
		break;
	case WATCH_CALL_SILENT:
		if (w->health == HEALTH_READY)
			w->health = HEALTH_SUSPECT;
		if (w->interval_ms)
			w->due_ms = now_ms; /* is it only this call? */
		break;
	case WATCH_SILENT:
	case WATCH_UNREACHABLE:
	case WATCH_REFUSED:
		w->misses++;
		missed = after_miss(w, ev);
		if (missed > w->health)
			w->health = missed;
		w->due_ms = w->interval_ms ? now_ms + again_ms(w) : INT64_MAX;
		break;
	}
	return w->health != before;
}

/* ---- which numbers ---- */

int prefixes_match(const char *prefixes, const char *number)
{
	int longest = prefixes[0] ? -1 : 0;

	for (const char *p = prefixes; *p;) {
		int n = (int)strcspn(p, " ");

		if (n > longest && strncmp(p, number, (size_t)n) == 0)
			longest = n;
		p += n + (p[n] == ' ');
	}
	return longest;
}

bool prefixes_parse(const char *text, char *out, int size)
{
	int n = 0;

	while (*(text += strspn(text, ", ")) != 0) {
		size_t digits = *text == '+' ? strspn(text + 1, "0123456789") : 0;

		if (digits < 1 || digits > PREFIX_MAX || !strchr(", ", text[digits + 1]))
			return false; /* strchr() finds the end, too */
		if (n + (int)digits + 3 > size)
			return false;
		if (n > 0)
			out[n++] = ' ';
		memcpy(out + n, text, digits + 1);
		n += (int)digits + 1;
		text += digits + 1;
	}
	out[n] = 0;
	return true;
}
