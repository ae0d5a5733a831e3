"""GET /company-sites"""


def test_the_site_that_init_made(shared_server):
    id = shared_server.ids["companySiteId"]
    site = {"id": id, "name": "My company", "address": "", "city": "", "state": "", "country": "US"}
    said = shared_server.ok("GET", "/company-sites")
    assert said == {"companySites": [{"companySiteId": id, "isPrimary": True, "site": site}]}
    entry = said["companySites"][0]
    assert list(entry) == ["companySiteId", "isPrimary", "site"]
    assert list(entry["site"]) == list(site)


def test_both_workspaces_share_it(shared_server):
    assert shared_server.ok("GET", "/company-sites", key="live") == shared_server.ok("GET", "/company-sites")


def test_a_query_does_not_matter(shared_server):
    assert shared_server.ok("GET", "/company-sites?page=x&y") == shared_server.ok("GET", "/company-sites")
