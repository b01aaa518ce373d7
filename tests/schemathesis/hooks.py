"""Puts ids of things that are there in the place of made-up ones, so that more is reached than 404. Seven requests of eight speak of one
shop's things; which, follows from what was made up, so that a run can be repeated. What the API itself named stays."""

import json
import os
import re
from uuid import uuid4
from zlib import crc32

import schemathesis
from schemathesis.core.parameters import ParameterLocation

SEEDS = json.load(open(os.environ["FORESTALL_SEEDS"]))
SHOPS, USED = SEEDS["shops"][os.environ["FORESTALL_MODE"]], SEEDS["used"]
ID = re.compile(r"([a-z]+)_[0-9A-Za-z]{1,64}")
OURS = re.compile(r"[a-z]+_[0-9a-z]{26}")
EXAMPLES = set()
# Whose DELETE ends them and forgets nothing, and those that were ended.
ENDING, ENDED = {"enrolments", "api-keys"}, set()
# What stands in a path behind which collection.
COLLECTIONS = {
    "organisations": "org", "memberships": "mem", "merchants": "mrch", "integrations": "int", "enrolments": "enrl", "rulesets": "rset",
    "rules": "rule", "orders": "ord", "alerts": "alrt", "api-keys": "key", "webhook-endpoints": "whep", "quarantine": "quar",
    "negative-list": "ngtv", "erasures": "eras", "refunds": "rfd", "transactions": "txn", "audit-events": "aud",
}


@schemathesis.hook
def after_load_schema(context, schema):
    EXAMPLES.update(OURS.findall(json.dumps(schema.raw_schema)))


class Given:
    """What a request was given, and what stands in the place of what was made up."""

    def __init__(self, case):
        self.case, self.made_up = case, []
        self.each(self.note)
        pick = crc32("\n".join(sorted(self.made_up)).encode("utf-8", "surrogatepass"))
        tried = case.meta is not None and case.meta.phase.name.value == "examples"
        self.shop = SHOPS[pick // 8 % len(SHOPS)] if tried or pick % 8 else {}

    def replace(self):
        self.each(self.real)

    def each(self, then):
        case = self.case
        if isinstance(case.body, (dict, list)):
            case.body = walked(case.body, then)
        if case.query:
            case.query = walked(case.query, then)
        parts = case.operation.path.strip("/").split("/")
        for collection, part in zip(parts, parts[1:]):
            name = part.strip("{}")
            given = (case.path_parameters or {}).get(name)
            if part.startswith("{") and collection in COLLECTIONS and given is not None:
                case.path_parameters[name] = then(COLLECTIONS[collection], str(given))

    def note(self, prefix, text):
        if text in EXAMPLES or not OURS.fullmatch(text):
            self.made_up.append(text)
        return text

    def real(self, prefix, text):
        ids = self.shop.get(prefix)
        # The first of each kind is not deleted, so that there is one to the end.
        ids = ids[1:] if ids and self.case.method == "DELETE" else ids
        return ids[crc32(text.encode("utf-8", "surrogatepass")) % len(ids)] if ids and text in self.made_up else text


def walked(value, then):
    if isinstance(value, dict):
        return {name: walked(one, then) for name, one in value.items()}
    if isinstance(value, list):
        return [walked(one, then) for one in value]
    found = ID.fullmatch(value) if isinstance(value, str) else None
    return then(found[1], value) if found else value


def rename(case):
    """A key of its own for each request, as those that come again under one are answered before they are looked at. One that is itself
    tried out stays."""
    key = (case.headers or {}).get("Idempotency-Key")
    tried = case.meta and (case.meta.is_negative_at(ParameterLocation.HEADER) or case.meta.phase.data.parameter == "Idempotency-Key")
    if isinstance(key, str) and not tried:
        case.headers["Idempotency-Key"] = key[:-32] + uuid4().hex


def ask_for_another(case):
    """What was unenrolled or revoked is still shown, as that. Schemathesis takes a DELETE for the end of what is read, so another is read."""
    parts, given = case.operation.path.strip("/").split("/"), case.path_parameters or {}
    if len(parts) != 3 or parts[1] not in ENDING:
        return
    if case.method == "DELETE":
        ENDED.add(given["id"])
    elif given["id"] in ENDED:
        given["id"] = SHOPS[0][COLLECTIONS[parts[1]]][0]


@schemathesis.hook
def before_call(context, case, kwargs):
    rename(case)
    Given(case).replace()
    ask_for_another(case)
    # A run that revokes its own key would find nothing but 401.
    if (case.path_parameters or {}).get("id") in USED and case.method in ("POST", "DELETE"):
        case.path_parameters["id"] = SHOPS[0]["key"][0]
