#include "engine/rules.h"

enum {
	FARM_CHANNELS = 50,
	FARM_CPS = 20,
	SECOND_MS = 1000,
};

void dispatcher_rules(struct dispatcher_options *o, const struct settings *s)
{
	o->retry = (struct retry_rule){ .min_gap_ms = s->policy_min_gap * SECOND_MS,
					.backoff_ms = s->engine_retry_backoff * SECOND_MS,
					.unsure_gap_ms = ATTEMPT_UNSURE_MS,
					.most_retries = (int)s->engine_retry_limit };
	o->ring_timeout_s = (int)s->voice_ring_timeout;
	o->rest_us = s->engine_trunk_rest * SECOND_MS * SECOND_MS;
	o->farm_channels = FARM_CHANNELS;
	o->farm_cps = FARM_CPS;
}
