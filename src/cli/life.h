/*
 * The life of a server: folder, store, engine, HTTP and control socket, started and stopped in the right order.
 */
#pragma once

#include "base/problem.h"
#include "base/settings.h"

#include <stdbool.h>

struct life;
struct store;

/* Settings outlive the life. NULL with the problem set; nothing runs then and the folder is free. */
struct life *life_start(const struct settings *settings, const char *folder, struct problem *p);

/* Answers what is under way, lets live calls finish within engine.drain_timeout, books, closes. */
void life_stop(struct life *l);

unsigned life_port(const struct life *l);
struct store *life_store(struct life *l);

/* Whether the data folder has failed: the server must stop with an error. */
bool life_broken(const struct life *l);
