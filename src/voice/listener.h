/*
 * The ear on a call's audio: puts what comes into frames of 20 ms, the gaps of lost or unsent packets as silence, asks
 * the detector of who.h, and tells every change of what it thinks as a STREAM_WHO event of the stream's tag.
 *
 * It listens for LISTENER_MOST_MS; what is said later is conversation.
 */
#pragma once

#include "voice/media.h"

struct voice;

enum { LISTENER_MOST_MS = 60000 };

/* In place of whoever listened before, with nothing heard yet. SIP thread. */
void listener_start(struct voice *v, struct stream *s, uint64_t tag);
