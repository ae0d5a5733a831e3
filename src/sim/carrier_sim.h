/*
 * A carrier on a virtual clock: core/carrier.h over a population, without a network. Time passes only in
 * carrier_sim_run(). One thread.
 */
#pragma once

#include "core/carrier.h"
#include "sim/population.h"

struct carrier_sim;

/* The population outlives it. */
struct carrier_sim *carrier_sim_new(const struct population *people, carrier_sink *sink, void *arg);
void carrier_sim_free(struct carrier_sim *c);

struct carrier *carrier_sim_carrier(struct carrier_sim *c);

/* When the next thing happens (boot clock, µs); INT64_MAX: nothing will. */
int64_t carrier_sim_next(const struct carrier_sim *c);

/* Sets the clocks, and hands over everything that has happened by then, in order. */
void carrier_sim_run(struct carrier_sim *c, int64_t now_us, int64_t now_wall_ms);
