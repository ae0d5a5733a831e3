"""What the API says when it refuses, checked whole."""

INVALID = "One or more fields are invalid."
ERRORS = {
    400: ("INVALID_REQUEST", "validation_error"),
    401: ("UNAUTHORIZED", "authentication_error"),
    403: ("FORBIDDEN", "permission_error"),
    404: ("NOT_FOUND", "not_found_error"),
    405: ("METHOD_NOT_ALLOWED", "invalid_request_error"),
    409: ("CONFLICT", "conflict_error"),
    412: ("PRECONDITION_FAILED", "conflict_error"),
    413: ("PAYLOAD_TOO_LARGE", "invalid_request_error"),
    422: ("UNPROCESSABLE", "invalid_request_error"),
    429: ("RATE_LIMIT_EXCEEDED", "rate_limit_error"),
    503: ("UNAVAILABLE", "api_error"),
}


def refused(reply, status, code=None):
    """The error of an answer with this status, after checking that the envelope is the one everybody gets."""
    assert reply.status_code == status, f"{reply.status_code} instead of {status}: {reply.text}"
    assert reply.headers["Content-Type"] == "application/json; charset=utf-8"
    assert reply.headers["X-Request-Id"]
    body = reply.json()
    assert list(body) == ["error"]
    assert list(body["error"]) == ["code", "type", "message", "details"]
    said = (body["error"]["code"], body["error"]["type"])
    assert said == ERRORS[status] if code is None else said[0] == code
    assert body["error"]["message"]
    return body["error"]


def faults(reply):
    """{path: text} of a 400."""
    error = refused(reply, 400)
    assert error["message"] == INVALID
    return error["details"]


def fault(reply, path):
    """The text of a 400 with this one fault."""
    details = faults(reply)
    assert list(details) == [path], details
    return details[path]


def not_found(reply):
    assert refused(reply, 404)["details"] == {}
