/*
 * A call on its way: from the committed intent to its end in the ledger. Memory is proportional to these.
 */
#pragma once

#include "core/carrier.h"
#include "core/pacing.h"
#include "store/ledger.h"
#include "voice/ai_brief.h"
#include "voice/prompt.h"

#include <glib.h>

struct flight {
	struct attempt_ref ref;
	int64_t campaign_id, talent_id, trunk_id;
	int64_t ahead_ms;        /* of its workspace's clock, which stands still till the flight ends */
	struct pace_turn turn;   /* its trunk's, in the boot clock */
	bool turn_over;          /* it is known that it has left, or never will */
	struct call_order order; /* its prompts are held until it is placed */
	int n_times;		 /* what it has to offer, as in the order, which forgets it then */
	int64_t times[ORDER_TIMES];
	bool answered;
	struct ai_brief *ai;     /* of an AI call: a reference */
	int64_t keep_ms;         /* for how long its transcript is kept */
	bool of_number;          /* speaks a code to a caller number: no attempt at a lead, no row in the ledger */
};

static inline void flight_free(void *f)
{
	order_release(&((struct flight *)f)->order);
	ai_brief_unref(((struct flight *)f)->ai);
	g_free(f);
}
