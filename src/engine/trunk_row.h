/* A trunk of the database as the voice takes it. Pure. */
#pragma once

#include "store/accounts.h"
#include "voice/voice.h"

void trunk_for_voice(const struct trunk *t, struct voice_trunk *out);
