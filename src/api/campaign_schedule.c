#include "api/campaign_schedule.h"

#include "base/json_writer.h"

#include <glib.h>

/* One follow-up as it is shown: the time as it was given (moments in UTC), and the days it lies behind. */
static void show(struct jw *w, const struct follow_up *f, const char *given, int days)
{
	jw_object(w);
	if (f->when.kind == WHEN_INSTANT)
		jw_ktime(w, "time", f->when.utc_ms);
	else
		jw_kstr(w, "time", given ? given : "");
	jw_kint(w, "delayDays", days);
	jw_end(w);
}

static int days_between(const char *zone, int64_t from, int64_t to)
{
	struct wall a, b;

	zone_to_wall(zone, from, &a);
	zone_to_wall(zone, to, &b);
	a.hour = a.minute = a.second = b.hour = b.minute = b.second = 0;
	return (int)((zone_to_utc_ms("UTC", &b) - zone_to_utc_ms("UTC", &a)) / 86400000);
}

static int read_local(const struct campaign_create_in *in, struct jw *w, struct follow_up *ups)
{
	const struct follow_up_in *list = in->follow_ups.items;
	int n = (int)in->follow_ups.n;

	for (int i = 0; i < n; i++) {
		ups[i].when.kind = WHEN_NOTHING;
		if (list[i].time)
			when_parse(list[i].time, &ups[i].when);
		ups[i].delay_days = (int)OPT_OR(list[i].delay_days, 0);
		show(w, &ups[i], list[i].time, ups[i].delay_days);
	}
	return n;
}

static int read_utc(const struct campaign_create_in *in, const char *zone, int64_t start, struct jw *w,
		    struct follow_up *ups)
{
	const struct retry_in *list = in->retries.items;
	int n = (int)in->retries.n;

	for (int i = 0; i < n; i++) {
		const struct retry_object_in *o = list[i].object;
		int64_t at = o ? o->at.ms : list[i].at.ms;

		ups[i] = (struct follow_up){ .when = { .kind = WHEN_INSTANT, .utc_ms = at } };
		show(w, &ups[i], NULL,
		     o && o->delay_days.set ? (int)o->delay_days.v : MAX(days_between(zone, start, at), 0));
	}
	return n;
}

void campaign_schedule_read(const struct campaign_create_in *in, struct arena *a, struct campaign *c,
			    struct schedule *s)
{
	struct follow_up ups[SCHEDULE_SLOTS];
	char local[WHEN_LOCAL_SIZE];
	struct wall wall;
	struct when first;
	struct jw w;
	int n;

	if (in->call_start_utc.set)
		first = (struct when){ .kind = WHEN_INSTANT, .utc_ms = in->call_start_utc.ms };
	else
		when_parse(in->call_time, &first);
	schedule_make(s, c->timezone, &first, NULL, 0);
	jw_init(&w);
	jw_array(&w);
	n = in->retries.set ? read_utc(in, c->timezone, s->at[0], &w, ups) : read_local(in, &w, ups);
	jw_end(&w);
	c->follow_ups = arena_strndup(a, w.data, w.len);
	jw_free(&w);
	schedule_make(s, c->timezone, &first, ups, n);
	c->time_basis = in->call_start_utc.set ? "UTC" : "LOCAL";
	if (!in->call_start_utc.set) {
		zone_to_wall(c->timezone, s->at[0], &wall);
		c->start_local = arena_strdup(a, when_local(&wall, local));
	}
}
