/*
 * SRTP and SRTCP (RFC 3711) of one stream, by libsrtp2, with the keys that SDES agreed.
 *
 * One object per stream and agreement, made anywhere, used by one thread. What cannot be opened (forged, replayed, for
 * other keys) is simply not a packet.
 */
#pragma once

#include "voice/sdes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SECURE_TRAILER = 32 }; /* room a buffer needs behind a packet that is sealed */

struct secure;

/* `send` is the key we announced, `receive` the far end's. */
struct secure *secure_new(const uint8_t send[SDES_KEY], const uint8_t receive[SDES_KEY]);
void secure_free(struct secure *s); /* NULL is fine */

/* In place; *n changes. False: the packet is not to be sent, or not to be heard. */
bool secure_seal(struct secure *s, uint8_t *rtp, size_t *n);
bool secure_open(struct secure *s, uint8_t *rtp, size_t *n);
bool secure_seal_rtcp(struct secure *s, uint8_t *rtcp, size_t *n);
bool secure_open_rtcp(struct secure *s, uint8_t *rtcp, size_t *n);
