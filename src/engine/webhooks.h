/*
 * The deliverer: tells the workspaces' endpoints of their events, over the server's HTTP client, on a thread of its own
 * that waits for nobody else and that nobody else waits for.
 *
 * An endpoint has one delivery on the way at a time, so it gets its events in their order (core/delivery.h says what a
 * failure does to it). A batch of events is in memory, whatever their number in the database. What may have been sent is
 * durable before the first of a batch leaves, what came of it is written together afterwards: after a crash the same
 * events go again, with the same ids, and marked.
 *
 * What is sent: POST {"id", "type", "timestamp", "data"} (core/event.h) with the headers of Standard Webhooks, and
 * X-Callsheet-Redelivery: retry, replay, test or again (perhaps sent before a crash) on whatever is not sent for the
 * first time. An endpoint with compatible headers gets the vendor's X-Webhook-Event, -Timestamp and -Key too, and the
 * members "event" and "companyId" in the body.
 */
#pragma once

#include <stdbool.h>

struct http_client;
struct store;
struct webhooks;

/* Store and client outlive it. */
struct webhooks *webhooks_start(struct store *store, struct http_client *client, bool allow_loopback);

/* After a commit: endpoints were added, changed or removed, or something was set aside for one. Any thread. */
void webhooks_changed(struct webhooks *w);

/* When it returns, nothing new is sent. The client may be stopped then, which ends what is on the way. */
void webhooks_drain(struct webhooks *w);
/* Writes what came of the last ones and frees it. The client must have been stopped. */
void webhooks_stop(struct webhooks *w);
