/*
 * The log: one event per line on stderr. Text on a terminal, JSON otherwise (setting log.format).
 *
 * `event` is a short stable name to search for ("call.ended"); the message is for people. Telephone numbers
 * do not go in: a call is named by its attempt. Any thread.
 */
#pragma once

#include <stdbool.h>

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARN, LOG_LEVEL_ERROR };

/* `level` is debug, info, warn or error; `format` is auto, text or json. False when one is neither. */
bool log_setup(const char *level, const char *format);

void log_line(enum log_level level, const char *event, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#define log_debug(event, ...) log_line(LOG_LEVEL_DEBUG, event, __VA_ARGS__)
#define log_info(event, ...)  log_line(LOG_LEVEL_INFO, event, __VA_ARGS__)
#define log_warn(event, ...)  log_line(LOG_LEVEL_WARN, event, __VA_ARGS__)
#define log_error(event, ...) log_line(LOG_LEVEL_ERROR, event, __VA_ARGS__)
