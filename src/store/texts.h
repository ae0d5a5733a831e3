/*
 * Texts: the queue of what is to be sent, and the ledger of messages (core/message.h has their states).
 *
 * Writes inside a job only. All times are the workspace's own.
 */
#pragma once

#include "core/message.h"

#include <stdbool.h>
#include <stdint.h>

struct db;

/* ---- the queue ---- */

struct text_key {
	int64_t workspace_id, campaign_id, talent_id;
	enum message_kind kind;
	int64_t attempt_id; /* the call it follows; 0: a reminder */
};

/* Plans the first text of people who have just been made, those on the campaign with ids from `first` to `last`. */
void texts_plan_new(struct db *db, int64_t workspace_id, int64_t campaign_id, enum message_kind kind, int64_t first, int64_t last,
		    int64_t due_at);

/* Plans a text; nothing happens when it is planned or has been sent. */
void text_plan(struct db *db, const struct text_key *k, int64_t due_at);

/* The campaign's reminder has a text now: it is planned for those who have not been called. */
void texts_plan_reminders(struct db *db, int64_t workspace_id, int64_t campaign_id);

/* The calls were planned anew; reminders' texts go with the first of each. */
void texts_follow_calls(struct db *db, int64_t workspace_id, int64_t campaign_id);

/* The campaign runs again: what waited for that is due. */
void texts_resume(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t now);

/* Nothing more is sent to the lead by this campaign. */
void texts_forget(struct db *db, int64_t workspace_id, int64_t campaign_id, int64_t talent_id);

/* When the workspace's next text is due; INT64_MAX: none is planned. */
int64_t texts_next_due(struct db *db, int64_t workspace_id);

/* ---- sending ---- */

/* Who sends: a provider, or in a test workspace the outbox. */
struct sms_way {
	const char *provider;	/* "outbox", "twilio"; NULL: none, nothing can be sent */
	const char *own_number; /* NULL: the campaign's caller number */
	bool at_once;		/* the outbox: to be written there is to be delivered */
};

#define SMS_OUTBOX "outbox"
#define SMS_TWILIO "twilio"

/* An intent that is durable once the job is: what the provider is to be told. */
struct sms_order {
	int64_t workspace_id, message_id;
	char to[32], from[32];
	char *body; /* g_free() */
};

/*
 * Decides up to `most` texts of the workspace that are due at `now` (its own time), those that are tried again included: the
 * policy is asked, the text made, the intent written. Returns how many are to be sent now; those of the outbox are not among
 * them, they are delivered.
 */
int texts_decide(struct db *db, int64_t workspace_id, int64_t now, const struct sms_way *way, int most,
		 struct sms_order *out);

/* What became of a request, or of the message later. */
struct sms_result {
	enum message_state state;
	const char *ref;    /* the provider's; NULL: it told none */
	const char *reason; /* "" for none: an error's name or number */
	int retry_after_s;  /* MESSAGE_WAITING */
};

/* False when the message is not there, or may not become that any more: nothing is changed then. */
bool message_settle(struct db *db, int64_t workspace_id, int64_t message_id, const struct sms_result *r, int64_t now);

/* The message of a provider's reference, or of its own id (`message_id` 0: not known). False: there is none. */
bool text_find(struct db *db, const char *provider, const char *ref, int64_t message_id, int64_t *workspace_id,
		  int64_t *found);

/* A starting server: every message whose answer is not known is UNKNOWN, and stays unsent. Returns how many. */
int64_t messages_presume(struct db *db, int64_t wall_ms);

/* ---- showing ---- */

struct message_shown {
	int64_t message_id, campaign_id, talent_id, attempt_id;
	enum message_kind kind;
	enum message_state state;
	const char *number, *own_number, *body, *provider, *provider_ref, *reason;
	int64_t tries, at, settled_at; /* settled_at: DB_NULL while it is under way */
};

/* The newest first; campaign_id DB_NULL, number NULL: any. */
int64_t message_count(struct db *db, int64_t workspace_id, int64_t campaign_id, const char *number);
void message_page(struct db *db, int64_t workspace_id, int64_t campaign_id, const char *number, int64_t offset,
		  int64_t limit, void (*each)(void *arg, const struct message_shown *m), void *arg);
