"""Requests for Hypothesis to draw: what the contract's schemas allow, and that with something broken in it."""

import json

from hypothesis import strategies as st

from lib.contract import resolve

TEXT = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), max_size=30)
MOMENTS = st.one_of(
    st.datetimes().map(lambda d: d.isoformat(timespec="milliseconds") + "Z"),
    st.sampled_from(["2025-06-01T15:00:00.000Z", "2099-01-01", "2025-06-01 15:00+05:30", "9998-12-31T23:59:59Z", "2025-02-30",
                     "Jun 02, 2025 10:00 AM", "2025-06-02T10:00", "25:00", "10:00 AM", "0001-01-01T00:00:00Z"]))
EMAILS = st.one_of(st.sampled_from(["ada@example.com", "ADA@example.com", "grace@example.org", "x@y", "a@b.c"]),
                   st.integers(0, 10**6).map("p{}@drawn.example.com".format))
ZONES = st.sampled_from(["America/Chicago", "UTC", "us/eastern", "Pacific/Apia", "Australia/Lord_Howe", "Mars/Olympus", "UTC+3",
                         "../../etc/passwd"])
NUMBERS = st.one_of(st.integers(0, 9999).map("+1312557{:04}".format),
                    st.sampled_from(["(312) 555-0142", "7", "+44 20 7946 0000", "911", "1.55512E+10"]))

# What breaks readers, whatever the field.
ODD = st.sampled_from([
    None, True, False, 0, -1, 1.5, 2**31, 2**53, 2**53 + 1, 2**63, 2**64, -2**63 - 1, 10**40, 1e300, -0.0, 5e-324, "", " ", "\t",
    "0", "1e3", "true", "null", "NaN", "x" * 501, "x" * 5001, "\U0001f600" * 300, "\u202e", "\ufeff", "\x7f", "a\u0300", "{{",
    "{{firstName}}", "%s%n%p", "'; DROP TABLE lead; --", "=cmd|'/c calc'!A1", "<script>", "../../etc/passwd", "\ud800", "\udc00x",
    "a\0b", [], {}, [[]], [None], {"": ""}, {"a": {"b": {"c": [1, 2, {"d": None}]}}}])


def values(schema, hints):
    """A strategy for values the schema allows. `hints` are strategies by the name of a property, which know more."""
    schema = resolve(schema)
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "type" not in schema and "anyOf" in schema:
        return st.one_of([values(s, hints) for s in schema["anyOf"]])
    kinds = schema.get("type", "object")
    if isinstance(kinds, list):
        return st.one_of([values(schema | {"type": kind}, hints) for kind in kinds])
    return KINDS[kinds](schema, hints)


def texts(schema, hints):
    if schema.get("format") == "date-time":
        return MOMENTS
    if schema.get("format") == "email":
        return EMAILS
    if "pattern" in schema:
        return st.from_regex(schema["pattern"], fullmatch=True)
    most = schema.get("maxLength", 30)
    drawn = TEXT.filter(lambda s: len(s) >= schema.get("minLength", 0))
    return st.one_of(drawn, st.sampled_from(schema["examples"])) if "examples" in schema else \
        st.one_of(drawn, st.just("x" * most)) if most < 6000 else drawn


def integers(schema, hints):
    low, high = schema.get("minimum", -10**6), schema.get("maximum", 2**53 - 1)
    return st.integers(low, min(high, low + 100)) | st.integers(low, high)


def numbers(schema, hints):
    return st.floats(schema.get("minimum", -1e15), schema.get("maximum", 9e15), allow_nan=False) | integers(schema, hints)


def arrays(schema, hints):
    return st.lists(values(schema["items"], hints), min_size=schema.get("minItems", 0), max_size=min(schema.get("maxItems", 5), 5))


def objects(schema, hints):
    named = {name: hints[name] if name in hints else values(s, hints) for name, s in schema.get("properties", {}).items()}
    must = set(schema.get("required", []))
    return st.fixed_dictionaries({n: s for n, s in named.items() if n in must},
                                 optional={n: s for n, s in named.items() if n not in must})


KINDS = {"string": texts, "integer": integers, "number": numbers, "array": arrays, "object": objects,
         "boolean": lambda *_: st.booleans(), "null": lambda *_: st.none()}


def places(value, at=()):
    """Every place in it, the whole too."""
    yield at
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in inner:
        yield from places(child, at + (key,))


def changed(value, at, new):
    """A copy with another value there; `new` None-like DROP takes it out."""
    if not at:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    child = changed(copy[at[0]], at[1:], new)
    if child is DROP:
        del copy[at[0]]
    else:
        copy[at[0]] = child
    return copy


DROP = object()


@st.composite
def broken(draw, whole):
    """One to three places of a value changed: something odd in place of it, gone, or with a key beside it."""
    value = draw(whole)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.sampled_from(sorted(places(value), key=repr)))
        how = draw(st.sampled_from(["odd", "odd", "gone", "key", "twice"]))
        there = value
        for step in at:
            there = there[step]
        new = draw(ODD)
        if how == "gone" and at:
            new = DROP
        elif how == "key" and isinstance(there, dict):
            new = there | {draw(st.sampled_from(["id", "companyId", "x", "", "\ud800", "k" * 300, "__proto__"])): new}
        elif how == "twice" and isinstance(there, list):
            new = there * 3
        value = changed(value, at, new)
    return value


@st.composite
def mangled(draw, whole):
    """Bytes that were JSON once."""
    data = json.dumps(draw(whole)).encode()
    cut = draw(st.integers(0, len(data)))
    return draw(st.sampled_from([data[:cut], data[:cut] + draw(st.binary(max_size=4)) + data[cut:], data + data[cut:],
                                 b"\xef\xbb\xbf" + data, b'{"a":' * 40 + data, data.replace(b'"', b"'"),
                                 data.decode().encode("utf-16"), data.replace(b"}", b',"title":"a","title":"b"}')]))
