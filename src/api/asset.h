/*
 * Files that are part of the program: the API's description and the page that shows it. tools/embed makes a row of
 * each at build time; a route hands one over as its `extra`:
 *
 *	{ "GET", "/openapi.json", SCOPE_NONE, RUN_READ, asset_get, .extra = &asset_openapi_json },
 *
 * They change only with the program, so caches may keep them and ask by the tag whether they are still right. What is
 * HTML may load nothing from elsewhere and run no script that is not a file of ours (Content-Security-Policy).
 */
#pragma once

#include "base/asset.h"

struct db;
struct reply;
struct request;

extern const struct asset asset_openapi_json, asset_openapi_yaml;
extern const struct asset asset_docs_html, asset_render_js, asset_viewer_js, asset_viewer_css;

void asset_get(struct request *rq, struct db *db, struct reply *re);
