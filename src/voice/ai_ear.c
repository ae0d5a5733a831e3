#include "voice/ai_ear.h"

#include "voice/law.h"

#include <glib.h>
#include <stdlib.h>

enum {
	LEAST = 350,      /* quieter than that is no speech on any line (about -39 dBFS) */
	ABOVE_FLOOR = 4,  /* speech is that many times louder than the line's noise */
	LOUD_FRAMES = 2,  /* a click is shorter */
	QUIET_FRAMES = 15,
	NOISE_MOST = 1500,
};

static double level(const uint8_t *ulaw, size_t n)
{
	int64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += abs(law_ulaw_decode(ulaw[i]));
	return n ? (double)sum / (double)n : 0;
}

/* Down at once, up slowly: speech must not become the floor it is measured by. */
static void follow(struct ai_ear *e, double now)
{
	if (e->floor == 0 || now < e->floor)
		e->floor = MAX(now, 1);
	else
		e->floor = MIN(e->floor * 1.01 + 0.1, NOISE_MOST);
}

bool ai_ear_hears(struct ai_ear *e, const uint8_t *ulaw, size_t n)
{
	double now = level(ulaw, n);
	bool loud = now > LEAST && now > ABOVE_FLOOR * e->floor;

	follow(e, now);
	e->loud = loud ? e->loud + 1 : 0;
	e->quiet = loud ? 0 : e->quiet + 1;
	if (e->quiet >= QUIET_FRAMES)
		e->speaking = false;
	if (e->speaking || e->loud < LOUD_FRAMES)
		return false;
	e->speaking = true;
	return true;
}
