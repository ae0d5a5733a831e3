/* Webhooks of a provider of texts: what people write, and what became of messages. Signed by the account's secret. */
#pragma once

#include "api/route.h"

extern const struct body_form sms_forms[];
extern const struct shape sms_status_query;

void sms_inbound(struct request *rq, struct db *db, struct reply *re);
void sms_status(struct request *rq, struct db *db, struct reply *re);
