/*
 * People who call one of our numbers: each ring of a trunk's (voice.h) is answered, or turned away.
 *
 * Whose number it is and who calls, store/inbound_calls.h says: 404 for a number that is none of the trunk's workspace. The
 * words of the call are spoken while it rings; one whose words are not there in time, or cannot be spoken, gets 480, for a
 * caller must not listen to silence. 486 without a free channel on the trunk, or on a restored copy, which talks to nobody; 503
 * while the server stops or cannot write. The row is committed before the 200 leaves. From then on it is a flight like any other.
 *
 * Everybody is asked by the menu, also where the campaign's calls are an AI's.
 *
 * Dispatcher's thread only.
 */
#pragma once

#include <stdint.h>

struct call_backs;
struct dispatcher;
struct prompts;
struct scripts;
struct store;
struct voice;
struct voice_ring;

/* What outlives them. */
struct call_backs_options {
	struct store *store;
	struct prompts *prompts;
	struct scripts *scripts;
	struct dispatcher *dispatcher;
	struct voice *voice;
};

struct call_backs *call_backs_new(const struct call_backs_options *o);
void call_backs_free(struct call_backs *cb);

void call_backs_add(struct call_backs *cb, const struct voice_ring *ring, int64_t now_us);

/* Decides what can be decided; returns the boot time (µs) of the next look, INT64_MAX for none. */
int64_t call_backs_step(struct call_backs *cb, int64_t now_wall_ms, int64_t now_us);

/* Those that wait, and any that come, are turned away. */
void call_backs_drain(struct call_backs *cb);
