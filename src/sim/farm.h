/*
 * The phone farm: real SIP callees on loopback for test workspaces, in the same process.
 *
 * Each behaves by the last two digits of the number called (data/sandbox-numbers); numbers without a row
 * follow a mixture in the proportions of a real list, decided by a hash of the number and the seed, so that a
 * number always behaves the same. Phones ring for 1 to 2 s before they do anything; what the network itself
 * says (busy, unknown number, 503) comes at once.
 *
 * farm_start() and farm_stop() from any thread, with the voice running; the rest happens on its SIP thread.
 */
#pragma once

#include "base/problem.h"
#include "voice/voice.h"

struct farm;

/* `prompts` speaks the voicemail greeting and the screening question; borrowed. */
struct prompts;
struct farm *farm_start(struct voice *v, struct prompts *prompts, uint64_t seed, struct problem *p);
void farm_stop(struct farm *f);

/* Where it answers: the trunk with id 0 for voice_set_trunks(). */
void farm_trunk(const struct farm *f, struct voice_trunk *out);
