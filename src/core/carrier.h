/*
 * A carrier: whoever turns a committed intent into a telephone call and reports what became of it.
 *
 * voice/ implements it over SIP, sim/ on a virtual clock; the engine does not know which it has. The
 * contract:
 *
 *  - place() is called once per intent, after the intent is durable. It takes its own copy of the order
 *    (and a reference on each prompt) and returns at once. It never blocks.
 *  - Exactly one CARRIER_ENDED event follows every place(), whatever happens, even when the call could
 *    not be started. RINGING and ANSWERED may come before it, in that order, each at most once.
 *  - Events are handed to the sink given when the carrier was made, on a thread of the carrier's; the sink
 *    only enqueues. A transcript in it is the sink's from then on.
 *  - hang_up() is a wish: the call ends soon, with its ENDED event. A call already gone is no error.
 *  - A person who chooses one of the times offered is a CHOSE event, between ANSWERED and ENDED and perhaps more than
 *    once. The engine books the time and answers with confirm() after the commit; only then the person is told. A
 *    carrier that waits in vain goes on without, and must take a confirm() that comes late or for a call that is gone.
 *
 * Calls are named by (attempt_id); attempt ids are unique in a server.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct prompt; /* voice/prompt.h: spoken text, ready to play, reference-counted */
struct ai_brief; /* voice/ai_brief.h: how an AI call is held, reference-counted */

enum {
	ORDER_QUESTIONS = 16, /* most questions in one call */
	ORDER_OPTIONS = 10,   /* a digit each */
	ORDER_TIMES = 7,      /* most times offered in one call: digits 1 to 7; the next one says "none of these" */
	ORDER_DIGITS = ORDER_QUESTIONS + 2, /* a digit per question, one for the times offered, NUL */
	ORDER_NUMBER = 32,    /* longest telephone number with its '+' and NUL */
};

/* Who answered, by ear (voice/who.h). Advice. Stored in the database: append only, never renumber. */
enum who {
	WHO_UNSURE = 0,	      /* treated as a person */
	WHO_HUMAN = 1,
	WHO_VOICEMAIL = 2,
	WHO_SCREENING = 3,    /* a voice that asks who is calling, and waits */
	WHO_ANNOUNCEMENT = 4, /* the network, or a machine that is no telephone */
	WHO_END
};

/* What a key press means. Stored in the database: append only, never renumber. */
enum answer {
	ANSWER_NONE = 0,
	ANSWER_INTERESTED = 1,
	ANSWER_NOT_INTERESTED = 2,
	ANSWER_OPT_OUT = 3,   /* never call again */
	ANSWER_NEUTRAL = 4,   /* noted, decides nothing */
};

struct call_option {
	char digit; /* '0' to '9' */
	enum answer answer;
};

struct call_question {
	struct prompt *prompt; /* the question, its choices included */
	struct call_option options[ORDER_OPTIONS];
	int n_options;
};

/* A time that can be booked, offered as the digit of its place in the list. */
struct call_time {
	int64_t slot_no;       /* from 1; the store's name of it */
	struct prompt *offer;  /* "For Tuesday, press 1." */
	struct prompt *booked; /* "You are booked for Tuesday." */
};

/* Times to choose from, asked after the questions, unless one of those was answered with "not interested". */
struct call_offer {
	int n; /* 0: none are offered */
	struct call_time times[ORDER_TIMES];
	struct prompt *intro;
	struct prompt *none;  /* "If none of these suits you, press 3." It counts as not interested. */
	struct prompt *taken; /* somebody was faster; what is left is offered again */
	struct prompt *gone;  /* and nothing is left */
	struct prompt *noted; /* the booking could not be confirmed while the person waited */
};

/* Who pressed 0 wants a person. Stored in the database: append only, never renumber. */
enum person_wish {
	PERSON_NOT_ASKED = 0,
	PERSON_NOTED = 1,       /* nobody could be reached, or nobody is to be: the wish is kept for people */
	PERSON_PUT_THROUGH = 2, /* the call was transferred */
};

struct call_order {
	int64_t attempt_id;
	int64_t fence;
	int64_t trunk_id;   /* 0: the phone farm of the test workspaces */
	char to[ORDER_NUMBER];    /* E.164 */
	char from[ORDER_NUMBER];  /* E.164 */
	int ring_timeout_s;
	int64_t send_before_boot_ms; /* the send deadline: after this moment no INVITE may leave */
	char person[ORDER_NUMBER];   /* where 0 puts people through, E.164; "": nowhere, the wish is noted */
	struct prompt *preamble;     /* the server's own words before everything; NULL: none */
	struct prompt *person_noted; /* said when nobody can be put through */
	struct prompt *opening;
	struct call_question questions[ORDER_QUESTIONS];
	int n_questions;
	struct call_offer offer;
	struct prompt *closing;
	struct prompt *introduction; /* one sentence to a call screening; NULL: the menu goes on */
	struct prompt *call_back;    /* said to a voicemail after the opening; NULL: it is hung up on */
	struct ai_brief *ai; /* NULL: the menu; else the menu is what it falls back to */
};

/*
 * How a call ended. One final outcome per attempt. Stored in the database: append only, never renumber.
 */
enum outcome {
	OUTCOME_NONE = 0,
	OUTCOME_ANSWERED_DIGIT = 1,    /* a person pressed a key that answers */
	OUTCOME_ANSWERED_SILENT = 2,   /* answered, heard, no (valid) key */
	OUTCOME_HUNG_UP = 3,           /* the far end hung up before an answer */
	OUTCOME_BUSY = 4,
	OUTCOME_DECLINED = 5,
	OUTCOME_NO_ANSWER = 6,         /* rang out */
	OUTCOME_UNKNOWN_NUMBER = 7,
	OUTCOME_CARRIER_FAILURE = 8,   /* the trunk refused or failed: 5xx, 408, authentication … */
	OUTCOME_NO_RESPONSE = 9,       /* not one response to the INVITE */
	OUTCOME_NEVER_SENT = 10,       /* proved: no INVITE left (deadline passed, no port, no trunk) */
	OUTCOME_CANCELLED = 11,        /* hung up by us on purpose */
	OUTCOME_UNKNOWN = 12,          /* the server stopped in the middle; nobody can say */
	OUTCOME_MEDIA_TIMEOUT = 13,    /* answered, but the audio died */
	OUTCOME_NO_MEDIA = 14,         /* answered, and not one packet of audio came: most likely a NAT in between */
	OUTCOME_VOICEMAIL = 15,        /* a greeting and its tone were heard, and nobody pressed a key */
	OUTCOME_SCREENED = 16,         /* something asked who is calling, and nobody came on */
	OUTCOME_ANNOUNCEMENT = 17,     /* the network's voice, a busy tone, a fax */
	OUTCOME_END
};

enum carrier_event_kind { CARRIER_SENT, CARRIER_RINGING, CARRIER_ANSWERED, CARRIER_ENDED, CARRIER_CHOSE };

struct carrier_event {
	enum carrier_event_kind kind;
	int64_t attempt_id;
	int64_t fence;
	/* CARRIER_SENT: the Call-ID libre chose, and when the INVITE had left (boot clock, µs). */
	char call_id[128];
	int64_t sent_us;
	int64_t slot_no;            /* CARRIER_CHOSE: the time; CARRIER_ENDED: the one chosen last, 0 for none */
	/* CARRIER_ENDED only: */
	enum outcome outcome;
	enum answer answer;         /* the last one that decides; ANSWER_NONE if none did */
	char digits[ORDER_DIGITS];  /* one accepted digit per question, '-' where there was none */
	bool disclosed;             /* who calls, and that it is a machine or an artificial voice, was said to the end */
	enum person_wish person;    /* whether a person was asked for */
	int sip_status;             /* final SIP status, 0 if none */
	int retry_after_s;          /* from a 503 or 480 with Retry-After, else 0 */
	bool trunk_down;            /* NEVER_SENT, because the trunk has no address or no way leads there */
	int talk_ms;                /* answered until the end */
	enum who who;               /* who answered, by ear */
	/* CARRIER_ENDED of an AI call: */
	int64_t callback_at;        /* the person asked to be called then, epoch ms; 0: no */
	int64_t ai_ms;              /* how long the provider was on the line */
	char *transcript;           /* a JSON array, handed over: the sink frees it with g_free(); NULL: none */
};

typedef void carrier_sink(void *arg, const struct carrier_event *ev);

struct carrier {
	void (*place)(struct carrier *c, const struct call_order *order);
	void (*hang_up)(struct carrier *c, int64_t attempt_id);
	/* What became of the choice; bit i of `left`: times[i] of the order can still be had. */
	void (*confirm)(struct carrier *c, int64_t attempt_id, bool booked, unsigned left);
	bool tells_sent; /* a call leaves after place(), and CARRIER_SENT says so; else it has left when place() returns */
};
