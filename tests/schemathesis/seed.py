"""Gives `cargo dev` something to ask about: `seed.py dev.json seeds.json` makes an organisation with all its things, several of each,
and a key of each kind, and writes their ids and secrets. Runs that follow put the ids in the place of made-up ones."""

import json
import sys
import time
import urllib.request
from base64 import b64encode
from datetime import datetime, timezone

ACCESS = json.load(open(sys.argv[1]))
API = ACCESS["api_url"]
IDS = {}


def call(method, path, body=None, authorisation=None, media="application/json"):
    data = body.encode() if isinstance(body, str) else None if body is None else json.dumps(body).encode()
    headers = {"Authorization": authorisation or f"Bearer {ACCESS['partner_api_key']}", "Content-Type": media}
    request = urllib.request.Request(API + path, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def make(path, body, kind=None):
    made = call("POST", path, body)
    IDS.setdefault(kind or made["id"].split("_")[0], []).append(made["id"])
    return made


def shop(number):
    org = make("/v1/organisations/", {"name": f"Shop {number}"})["id"]
    merchants = [make("/v1/merchants/", {"organisation_id": org, "name": f"Till {one}", "type": "GENERIC"})["id"] for one in range(3)]
    source = {"organisation_id": org, "name": "Orders", "type": "CUSTOM_ORDERS", "merchant_ids": merchants}
    integration = make("/v1/integrations/", source)["id"]
    person = {"organisation_id": org, "first_name": "Ada", "last_name": "Lovelace", "role": "ADMIN"}
    for one in range(5):
        make("/v1/memberships/", {**person, "email": f"ada{one}@example.com"})
    descriptor = {"descriptor": f"SHOPNUMBER{number}", "match_type": "STARTS_WITH"}
    watch = {"merchant_ids": merchants[:1], "type": "ETHOCA_ALERT", "ethoca_alert": {"descriptors": [descriptor]}}
    enrolment = make("/v2/enrolments/", watch)["id"]
    for one in range(5):
        rule = {"type": "AMOUNT", "parameters": {"operator": "LESS_THAN", "currency_code": "USD", "amount_in_cents": 100 + one}}
        ruleset = {"organisation_id": org, "enrolment_ids": [enrolment], "outcome": "REFUND", "rules": [rule]}
        IDS.setdefault("rule", []).append(make("/v1/rulesets/", ruleset)["rules"][0]["id"])
    orders(org, integration, merchants[0], number)
    alerts(number)
    for one in range(3):
        hook = {"organisation_id": org, "url": f"https://127.0.0.1/{one}", "events": ["alert.created"]}
        endpoint = make("/v1/webhook-endpoints/", hook)["id"]
        IDS.setdefault("dlv", []).append(call("POST", f"/v1/webhook-endpoints/{endpoint}/test")["id"])
    for one in range(4):
        make("/v1/api-keys/", {"name": f"Spare {one}", "level": "ORGANISATION", "organisation_ids": [org]})
    return org


def orders(org, integration, merchant, number):
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    payment = {"amount_in_cents": 4900, "currency": "USD", "payment_method_type": "CARD", "authorisation_status": "SETTLED"}
    order = {"type": "COMPLETE", "organisation_id": org, "integration_id": integration, "merchant_id": merchant, "order_datetime": now}
    order |= {"order_currency": "USD", "order_total_amount_in_cents": 4900, "order_status": "OPEN_PENDING"}
    batch = [
        {**order, "reference_id": f"{number}-{one}", "transactions": [{**payment, "reference_id": f"t{number}-{one}"}]} for one in range(5)
    ]
    kept = call("POST", "/v1/orders/", batch)
    assert kept["created"] == 5, kept
    IDS.setdefault("ord", []).extend(one["id"] for one in kept["results"])


def alerts(number):
    now = datetime.now(timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")
    claim = {"alertType": "CUSTOMERDISPUTE", "alertTimestamp": now, "transactionTimestamp": now, "cardNumber": "424242******4242"}
    claim |= {"amount": {"value": 49.00, "currencyCode": "USD"}}
    pushed = [{**claim, "alertId": f"SHOP{number}X{one}".ljust(25, "A"), "merchantDescriptor": f"SHOPNUMBER{number}*{one}"} for one in range(8)]
    pushed.append({**claim, "alertId": f"NOBODYS{number}".ljust(25, "A"), "merchantDescriptor": f"NOBODYKNOWS{number}"})
    sign_in = f"{ACCESS['ethoca']['username']}:{ACCESS['ethoca']['password']}"
    call("POST", "/vendors/ethoca/alerts", {"alerts": pushed}, "Basic " + b64encode(sign_in.encode()).decode())


def main():
    organisations = [shop(number) for number in range(2)]
    group = make("/v1/api-keys/", {"name": "Group", "level": "GROUP", "organisation_ids": organisations}, "used")
    own = make("/v1/api-keys/", {"name": "Organisation", "level": "ORGANISATION", "organisation_ids": organisations[:1]}, "used")
    until = time.monotonic() + 30
    while (found := call("GET", "/v1/alerts/?is_actionable=true"))["count"] < 16 and time.monotonic() < until:
        time.sleep(0.2)
    IDS["alrt"] = [one["id"] for one in found["items"]]
    keys = {"partner": ACCESS["partner_api_key"], "group": group["secret"], "organisation": own["secret"]}
    IDS["used"] += [one["id"] for one in call("GET", "/v1/api-keys/?level=PARTNER")["items"]]
    json.dump({"url": API, "keys": keys, "ids": IDS}, open(sys.argv[2], "w"), indent=1)


main()
