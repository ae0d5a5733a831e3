/*
 * A campaign as the API shows it: the full detail and the line of a list. Rendered when the campaign changes and
 * stored with it, so that a read is a copy.
 */
#pragma once

#include "base/json_writer.h"
#include "core/schedule.h"
#include "store/campaigns.h"

/* `s` is the schedule of `c`. */
void campaign_write_detail(struct jw *w, const struct campaign *c, const struct schedule *s);
void campaign_write_summary(struct jw *w, const struct campaign *c);

/* Both, as texts in the arena, put into `c`. */
struct arena;
void campaign_render(struct campaign *c, const struct schedule *s, struct arena *a);
