/*
 * The Partner API: its routes in one table (routes.c). Those below /v1/admin are made of the operations in admin/.
 */
#pragma once

#include "api/route.h"

extern const struct route routes[];
extern const size_t routes_count;

/* The handlers, by the file that has them. */

/* sites.c */
void sites_list(struct request *rq, struct db *db, struct reply *re);

/* campaigns.c */
bool campaign_exists(struct request *rq, struct db *db);
void campaigns_list(struct request *rq, struct db *db, struct reply *re);
void campaigns_create(struct request *rq, struct db *db, struct reply *re);
void campaigns_patch(struct request *rq, struct db *db, struct reply *re);
void campaigns_get(struct request *rq, struct db *db, struct reply *re);

/* campaign_report.c */
void campaigns_report(struct request *rq, struct db *db, struct reply *re);

/* explain.c */
void campaigns_preflight(struct request *rq, struct db *db, struct reply *re);
void leads_next_call(struct request *rq, struct db *db, struct reply *re);
/* rehearsals.c */
extern const struct shape rehearsal_body;
void rehearsals_create(struct request *rq, struct db *db, struct reply *re);

/* leads.c */
bool leads_list_takes_long(const struct request *rq);
void leads_list(struct request *rq, struct db *db, struct reply *re);
void leads_get(struct request *rq, struct db *db, struct reply *re);
void leads_remove(struct request *rq, struct db *db, struct reply *re);

/* metrics.c */
void metrics_show(struct request *rq, struct db *db, struct reply *re);
/* leads_add.c */
extern const struct body_form lead_forms[];
void *leads_scan(struct request *rq);
bool leads_only_tried(const struct request *rq);
void leads_add(struct request *rq, struct db *db, struct reply *re);

/* prompts.c */
extern const struct body_form prompt_forms[];
bool prompt_exists(struct request *rq, struct db *db);
void prompts_get_wav(struct request *rq, struct db *db, struct reply *re);
void prompts_put(struct request *rq, struct db *db, struct reply *re);

/* me.c */
void me_get(struct request *rq, struct db *db, struct reply *re);

/* health.c */
void health_alive(struct request *rq, struct db *db, struct reply *re);
void health_ready(struct request *rq, struct db *db, struct reply *re);
