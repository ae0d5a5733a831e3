#include "cli/client.h"

#include <curl/curl.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

enum { TIMEOUT_S = 10 };

static size_t collect(char *data, size_t size, size_t n, void *arg)
{
	g_string_append_len(arg, data, (gssize)(size * n));
	return size * n;
}

static struct curl_slist *headers_with(const char *key)
{
	g_autofree char *bearer = g_strdup_printf("Authorization: Bearer %s", key);
	struct curl_slist *h = curl_slist_append(NULL, "Content-Type: application/json");

	return curl_slist_append(h, bearer);
}

static CURLcode send_request(const char *method, const char *url, const char *key, const char *body, GString *reply,
			     long *status)
{
	CURL *c = curl_easy_init();
	struct curl_slist *headers = headers_with(key);
	CURLcode rc;

	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, method);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, collect);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, reply);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)TIMEOUT_S);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	if (body)
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, body);
	rc = curl_easy_perform(c);
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, status);
	curl_slist_free_all(headers);
	curl_easy_cleanup(c);
	return rc;
}

int client_json(const char *method, const char *url, const char *key, json_t *body, json_t **answer,
		struct problem *p)
{
	char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
	g_autoptr(GString) reply = g_string_new(NULL);
	long status = 0;
	CURLcode rc = send_request(method, url, key, text, reply, &status);

	free(text);
	json_decref(body);
	if (rc != CURLE_OK)
		return problem_set(p, PROBLEM_UNREACHABLE, "%s: %s", url, curl_easy_strerror(rc));
	if (status < 200 || status > 299)
		return problem_set(p, PROBLEM_FAILED, "%s %s: %ld %s", method, url, status, reply->str);
	*answer = json_loadb(reply->str, reply->len, 0, NULL);
	return *answer ? 0 : problem_set(p, PROBLEM_FAILED, "%s %s: the answer is no JSON", method, url);
}
