/*
 * An AI call's audio and session, between three threads: the SIP thread that owns the call, the media thread that plays
 * and hears, and the line (ai_line.h) that talks to the provider.
 *
 *	person ─stream_tap▶ ear, ring ─60 ms▶ line ─▶ provider
 *	person ◀─stream_feed── ring ◀─────── session ◀─┘
 *
 * One lock guards the session; it is held for microseconds, and what is parsed or encoded at length is so outside of it.
 * Reference-counted: the call, the stream's tap and the line each have one.
 */
#pragma once

#include "core/carrier.h"
#include "voice/ai_brief.h"
#include "voice/media.h"

struct ai_call;
struct ai_line;
struct feed;

/* What came of it, complete at any moment. */
struct ai_result {
	enum answer answer;
	char digits[ORDER_DIGITS]; /* "" before the conversation began */
	int64_t callback_at;       /* epoch ms; 0: none */
	int64_t ms;                /* how long the session was */
	char *transcript;          /* a JSON array, to be freed with g_free(); NULL: not kept */
	const char *why;           /* how it ended, for the log */
};

/*
 * Begins: the line connects while the disclosure is said. `over` is called once, on any thread, when the session wants no
 * more of the call: with `fall_back` the menu takes over, else the farewell. Not after ai_call_close(). `before` is what an
 * earlier conversation of this call came to, zeroed when there was none: time, money and transcript go on from there.
 */
struct ai_call *ai_call_begin(struct ai_line *line, const struct call_order *order, int answer_wait_ms,
			      const struct ai_result *before,
			      void (*over)(void *arg, int64_t attempt_id, bool fall_back), void *arg);
void ai_call_unref(struct ai_call *a); /* NULL is fine */

/* SIP thread: */
void ai_call_disclosed(struct ai_call *a, struct stream *s); /* joins the stream: it plays and listens */
void ai_call_key(struct ai_call *a, char key);
void ai_call_drained(struct ai_call *a);                     /* STREAM_DRAINED */

/* The end of the session, and what it has come to. Once; the reference stays the caller's. */
void ai_call_close(struct ai_call *a, struct ai_result *out);

/* How far it has come; any thread. */
bool ai_call_is_ready(struct ai_call *a);    /* the provider has taken the session */
bool ai_call_is_hopeless(struct ai_call *a); /* and will not */
bool ai_call_has_spoken(struct ai_call *a);

/* ---- for the line, on its thread ---- */

const struct ai_brief *ai_call_brief(const struct ai_call *a);
struct ai_call *ai_call_ref(struct ai_call *a);
void ai_call_connected(struct ai_call *a);
void ai_call_lost(struct ai_call *a, bool refused);
void ai_call_received(struct ai_call *a, const char *text, size_t n);

/* Looks after time and the script; when it must be looked after again, boot clock. */
int64_t ai_call_look(struct ai_call *a);

/* What the line is to do with the socket. */
enum ai_call_wants { AI_CALL_CONNECTS, AI_CALL_KEEPS, AI_CALL_CLOSES };
enum ai_call_wants ai_call_wants(struct ai_call *a);
bool ai_call_is_open(struct ai_call *a); /* it does not want to be closed */

/* The next message to the provider, to be freed with g_free(); NULL: none. */
char *ai_call_next(struct ai_call *a);
bool ai_call_has_next(struct ai_call *a);
