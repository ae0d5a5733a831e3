/*
 * Entity tags and what clients ask by them (RFC 9110 §8.8.3, §13): "send it only if it has changed" on reads,
 * "change it only if it is still what I saw" on writes. Never demanded.
 *
 * A single thing has a strong tag, made of its row's version or of its bytes; a list has a weak one, since two lists that say the
 * same need not be the same bytes for ever. If-Match compares strongly: a weak tag never matches it.
 */
#pragma once

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

struct reply;
struct request;

/* Whether the field's value, "*" or a list of tags, names the tag; `tag` NULL: the thing has none, "*" matches. */
bool tag_listed(const char *list, const char *tag, bool strongly);

/*
 * Reads, before the body is built: when the client has this tag already, makes the 304 and returns true. The tag
 * must have been read before what the body is made of, so that a body can be newer than its tag but never older.
 */
bool reply_unchanged(const struct request *rq, struct reply *re, const char *tag);

/* Adds ETag and what keeps caches to asking each time (so no Vary is needed: we see the key). After the reply has been
 * made. A second form of one thing, by Accept, needs a tag of its own. */
void reply_tag(struct reply *re, const char *tag);

/* Reads whose tag is their body's: adds the tag, weak of a list, strong of one thing, or makes the 304 of it. After the
 * body is written. */
void reply_tag_body(const struct request *rq, struct reply *re);
void reply_tag_one(const struct request *rq, struct reply *re);

/* The strong tag of a body, for a write to compare. */
const char *tag_of_bytes(struct arena *a, const char *bytes, size_t n);

/*
 * Writes, inside the transaction: false, with 412 made, when If-Match does not name the tag the thing has now, or
 * If-None-Match does. `tag` NULL: a thing without a tag.
 */
bool may_change(const struct request *rq, struct reply *re, const char *tag);
