/*
 * The preflight of a campaign (api/explain.h): counted, forecast, and the sentences of what an operator should know.
 */
#pragma once

#include "base/json_writer.h"

struct asker;
struct campaign;
struct db;

/* The object. Walks all leads of the campaign. */
void preflight_write(struct jw *w, struct db *db, const struct asker *a, const struct campaign *c);
