#include "core/delivery.h"

enum { SECOND = 1000,
       MINUTE = 60 * SECOND,
       HOUR = 60 * MINUTE,
       WISH_MOST_S = 24 * 3600,
       SPREAD = 10 };

static const int64_t ladder[DELIVERY_TRIES] = {
	0,
	5 * SECOND,
	5 * MINUTE,
	30 * MINUTE,
	2 * HOUR,
	5 * HOUR,
	10 * HOUR,
	14 * HOUR,
	20 * HOUR,
	24 * HOUR,
};

static int64_t wait_of(int tries, int64_t retry_after_s, uint64_t chance)
{
	int64_t step = ladder[tries], spread = step / SPREAD;
	int64_t wait = step - spread + (spread ? (int64_t)(chance % (uint64_t)(2 * spread + 1)) : 0);
	int64_t wish = retry_after_s > WISH_MOST_S ? WISH_MOST_S : retry_after_s;

	return wish * SECOND > wait ? wish * SECOND : wait;
}

struct delivery_step delivery_after(int tries, bool aside, long status, int64_t retry_after_s, uint64_t chance)
{
	if (status >= 200 && status < 300)
		return (struct delivery_step){ .next = DELIVERY_DONE };
	if (status == 410)
		return (struct delivery_step){ .next = DELIVERY_GONE };
	if (tries >= DELIVERY_TRIES)
		return (struct delivery_step){ .next = DELIVERY_GIVE_UP };
	return (struct delivery_step){ .next = !aside && tries >= DELIVERY_IN_PLACE ? DELIVERY_ASIDE : DELIVERY_AGAIN,
				       .wait_ms = wait_of(tries, retry_after_s, chance) };
}
