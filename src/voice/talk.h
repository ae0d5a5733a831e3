/*
 * What is said in a call that was answered: the menu (ivr.h), what is said beside it to a machine (aside.h), or a model's
 * conversation (ai_call.h); one of them at a time has the stream. Those decide; this plays, waits, and reports to them.
 * SIP thread only.
 *
 * Whatever is told to a talk may end its call, which is gone then; but not by talk_close() and talk_decided().
 */
#pragma once

#include "voice/call_private.h"

void talk_begin(struct call *c); /* the far end has picked up, and its audio may flow */

void talk_key(struct call *c, char digit);
void talk_transferred(struct call *c, bool done); /* what became of the wish for a person */
void talk_on_stream(void *arg, const struct stream_event *ev);

/* A conversation is over, if there is one: its result becomes the menu's, which talks from now on. */
void talk_close(struct call *c);

/* Closes it, and says whether a person's key press or word has decided something; then it counts however the call ends. */
bool talk_decided(struct call *c);
