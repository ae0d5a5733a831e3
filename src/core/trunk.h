/*
 * A trunk as the engine and the voice both see it: which numbers it takes, and how well it is. Pure: time is an
 * argument.
 *
 *	READY ──an OPTIONS missed──▶ SUSPECT ──missed again and again──▶ RESTING
 *	  ▲                            │                                   │
 *	  └────── any answer at all ───┴───────────────────────────────────┘
 *
 * A SUSPECT trunk is used when no READY one is there; a RESTING one is not used. A trunk that has never answered an
 * OPTIONS is only ever SUSPECT: some carriers ignore them and take calls all the same. One whose connection is refused
 * or whose certificate is wrong takes no call, so it rests.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum health { HEALTH_READY,
	      HEALTH_SUSPECT,
	      HEALTH_RESTING,
	      HEALTH_END };

const char *health_name(enum health h); /* "READY" … */

enum watch_event {
	WATCH_ANSWERED,	   /* a response to an OPTIONS, or to the REGISTER the trunk wants */
	WATCH_SILENT,	   /* none within WATCH_RESPONSE_MS */
	WATCH_UNREACHABLE, /* it could not be sent: no name, no route, no connection, a wrong certificate */
	WATCH_REFUSED,	   /* 503, or a REGISTER that was refused: it says itself that it takes no calls */
	WATCH_CALL_HEARD,  /* a response to an INVITE */
	WATCH_CALL_SILENT, /* none to an INVITE */
};

enum {
	WATCH_RESPONSE_MS = 3000, /* the first-response timer of an OPTIONS */
	WATCH_AGAIN_MS = 2000,	  /* after the first miss; it doubles, up to the interval */
	WATCH_MISSES = 3,	  /* so many in a row, and it rests */
};

struct watch {
	enum health health;
	int misses;	 /* OPTIONS in a row without an answer */
	bool answers;	 /* it has answered an OPTIONS before: its silence means something */
	int64_t due_ms;	 /* when to ask next; INT64_MAX: never */
	int interval_ms; /* 0: it is not to be asked */
};

void watch_init(struct watch *w, int interval_ms, int64_t now_ms);

/* True when the health has changed. */
bool watch_on(struct watch *w, enum watch_event ev, int64_t now_ms);

/* ---- which numbers ---- */

/*
 * How many digits of the number the longest prefix of the list covers; 0 for the empty list, -1 when none fits. The list
 * is "+1 +44", numbers are E.164.
 */
int prefixes_match(const char *prefixes, const char *number);

/* "+1, +44" in the form above; false when it is no list of prefixes or longer than `size`. */
bool prefixes_parse(const char *text, char *out, int size);
