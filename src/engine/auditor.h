/*
 * The auditor at work: a thread that looks through the database slice by slice, again and again, beside the dispatcher.
 * What it finds is logged, once each, and counted.
 */
#pragma once

struct auditor;
struct store;

struct auditor *auditor_start(struct store *store);
void auditor_stop(struct auditor *a);
