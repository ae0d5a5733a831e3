#include "core/message.h"

#include <assert.h>
#include <stdint.h>

#define TO(s) (1u << MESSAGE_##s)

static const struct {
	const char *name;
	uint32_t next;
} states[MESSAGE_STATE_END] = {
	[MESSAGE_SENDING] = { "sending", TO(WAITING) | TO(SENT) | TO(DELIVERED) | TO(UNDELIVERED) | TO(FAILED) | TO(UNKNOWN) },
	[MESSAGE_WAITING] = { "waiting", TO(SENDING) | TO(SKIPPED) | TO(FAILED) },
	[MESSAGE_SENT] = { "sent", TO(DELIVERED) | TO(UNDELIVERED) },
	[MESSAGE_DELIVERED] = { "delivered", 0 },
	[MESSAGE_UNDELIVERED] = { "undelivered", TO(DELIVERED) }, /* networks correct themselves, in this direction only */
	[MESSAGE_FAILED] = { "failed", 0 },
	[MESSAGE_UNKNOWN] = { "unknown", TO(SENT) | TO(DELIVERED) | TO(UNDELIVERED) },
	[MESSAGE_SKIPPED] = { "skipped", 0 },
	[MESSAGE_RECEIVED] = { "received", 0 },
};

static const char *const kinds[MESSAGE_KIND_END] = {
	[MESSAGE_REMINDER] = "reminder",
	[MESSAGE_POST_CALL] = "post_call",
	[MESSAGE_INBOUND] = "inbound",
	[MESSAGE_REPLY] = "reply",
};

const char *message_kind_name(enum message_kind k)
{
	assert(k > 0 && k < MESSAGE_KIND_END);
	return kinds[k];
}

const char *message_state_name(enum message_state s)
{
	assert(s > 0 && s < MESSAGE_STATE_END);
	return states[s].name;
}

bool message_may(enum message_state from, enum message_state to)
{
	assert(from > 0 && from < MESSAGE_STATE_END && to > 0 && to < MESSAGE_STATE_END);
	return states[from].next & (1u << to);
}
