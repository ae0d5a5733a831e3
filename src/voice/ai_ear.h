/*
 * Hears the beginning of speech within two frames, so that a person who interrupts is not talked over while audio is on its
 * way to the provider and back. It may be wrong: the session lets the provider confirm.
 *
 * Pure; one listener per call.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ai_ear {
	double floor; /* of the line's noise, mean absolute amplitude; 0: nothing was heard yet */
	int loud, quiet;
	bool speaking;
};

/* The next packet of mu-law, as a rule 20 ms. True when speech begins with it. */
bool ai_ear_hears(struct ai_ear *e, const uint8_t *ulaw, size_t n);
