"""Gives `cargo dev` something to ask about: `seed.py dev.json seeds.json` makes shops with all their things, several of each, and a key
of each kind, and writes their ids and secrets. Runs that follow put the ids in the place of made-up ones."""

import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from base64 import b64encode
from datetime import datetime, timezone

ACCESS = json.load(open(sys.argv[1]))
API = ACCESS["api_url"]
LIVE, TEST = ACCESS["partner_api_key"], ACCESS["test_partner_api_key"]


def call(method, url, body=None, authorisation=f"Bearer {LIVE}", media="application/json"):
    data = body.encode() if isinstance(body, str) else None if body is None else json.dumps(body).encode()
    headers = {"Authorization": authorisation, "Content-Type": media}
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refused:
        sys.exit(f"{method} {url}: {refused.read().decode()}")


def now():
    return datetime.now(timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")


class Shop:
    """An organisation, and the ids of its things by their kinds."""

    def __init__(self, number, key=LIVE):
        self.number, self.key, self.ids = number, key, {}
        self.org = self.make("/v1/organisations", name=f"Shop {number}")
        self.merchants = [self.make("/v1/merchants", organisation_id=self.org, name=f"Till {one}", type="GENERIC") for one in range(4)]
        self.enrolments = [self.enrol(one) for one in range(3)]

    def ask(self, method, path, body=None):
        return call(method, API + path, body, f"Bearer {self.key}")

    def make(self, path, **body):
        made = self.ask("POST", path, body)
        self.ids.setdefault(made["id"].split("_")[0], []).append(made["id"])
        return made["id"]

    def enrol(self, one):
        descriptors = [{"descriptor": f"SHOPNUMBER{self.number}X{one}", "match_type": "STARTS_WITH"}]
        return self.make("/v2/enrolments", merchant_ids=self.merchants[:1], type="ETHOCA_ALERT", ethoca_alert={"descriptors": descriptors})

    def fill(self):
        own = {"organisation_id": self.org}
        orders = self.make("/v1/integrations", **own, name="Orders", type="CUSTOM_ORDERS", merchant_ids=self.merchants[:1])
        secrets = {"secret_key": "sk_test_shop", "webhook_secret": "whsec_shop"}
        self.make("/v1/integrations", **own, name="Stripe", type="STRIPE", status="ENABLED", merchant_ids=self.merchants[:1], credentials=secrets)
        endpoint = {"type": "CUSTOM_CALLBACK", "callback_url": "https://127.0.0.1/shop"}
        self.make("/v1/integrations", **own, **endpoint, name="Endpoint", merchant_ids=self.merchants[1:2])
        for one in range(5):
            person = {"first_name": "Ada", "last_name": "Lovelace", "role": "ADMIN", "email": f"ada{one}@example.com"}
            self.make("/v1/memberships", **own, **person)
            self.make("/v1/negative-list", **own, kind="EMAIL", email=f"casey{one}@example.com", reason="MANUAL")
            self.make("/v1/api-keys", name=f"Spare {one}", level="ORGANISATION", organisation_ids=[self.org])
            rule = {"type": "AMOUNT", "parameters": {"operator": "LESS_THAN", "currency_code": "USD", "amount_in_cents": 100 + one}}
            ruleset = self.make("/v1/rulesets", **own, enrolment_ids=self.enrolments[:1], outcome="REFUND", rules=[rule])
            self.ids.setdefault("rule", []).append(self.ask("GET", f"/v1/rulesets/{ruleset}")["rules"][0]["id"])
        for one in range(3):
            hook = self.make("/v1/webhook-endpoints", **own, url=f"https://127.0.0.1/{one}", events=["alert.created"])
            self.ids.setdefault("dlv", []).append(self.ask("POST", f"/v1/webhook-endpoints/{hook}/test")["id"])
        self.make("/v1/erasures", **own, customer_email="nobody@example.com")
        self.sell(orders)
        self.alert()

    def sell(self, integration):
        payment = {"amount_in_cents": 4900, "currency": "USD", "payment_method_type": "CARD", "authorisation_status": "SETTLED"}
        order = {"type": "COMPLETE", "organisation_id": self.org, "integration_id": integration, "merchant_id": self.merchants[0]}
        order |= {"order_datetime": now(), "order_currency": "USD", "order_total_amount_in_cents": 4900, "order_status": "OPEN_PENDING"}
        self.ids["txn"] = [self.pay() for _ in range(5)]
        batch = [
            {**order, "reference_id": f"order {one}", "transactions": [{**payment, "reference_id": f"payment {one}", "payment_method_reference_id": paid}]}
            for one, paid in enumerate(self.ids["txn"])
        ]
        kept = self.ask("POST", "/v1/orders", batch)
        assert kept["created"] == 5, kept
        self.ids["ord"] = [one["id"] for one in kept["results"]]
        self.make(f"/v1/transactions/{self.ids['txn'][-1]}/refunds", amount_in_cents=1000)

    def pay(self):
        form = {"amount": 4900, "currency": "usd", "payment_method": "pm_card_visa", "confirm": "true"}
        url = ACCESS["simulators"]["stripe"] + "/v1/payment_intents"
        return call("POST", url, urllib.parse.urlencode(form), "Bearer sk_test_shop", "application/x-www-form-urlencoded")["id"]

    def alert(self):
        claim = {"alertType": "CUSTOMERDISPUTE", "alertTimestamp": now(), "transactionTimestamp": now(), "cardNumber": "424242******4242"}
        claim |= {"amount": {"value": 49.00, "currencyCode": "USD"}}
        names = [(f"SHOP{self.number}X{one}X", f"SHOPNUMBER{self.number}X0*{one}") for one in range(16)] + [(f"NOBODYS{self.number}", "NOBODYKNOWS")]
        pushed = [{**claim, "alertId": name.ljust(25, "A"), "merchantDescriptor": descriptor} for name, descriptor in names]
        sign_in = f"{ACCESS['ethoca']['username']}:{ACCESS['ethoca']['password']}"
        call("POST", API + "/vendors/ethoca/alerts", {"alerts": pushed}, "Basic " + b64encode(sign_in.encode()).decode())

    def simulate(self):
        for enrolment in self.enrolments:
            self.ask("PATCH", f"/v1/simulate/enrolments/{enrolment}", {"status": "ENABLED"})
        for one in range(6):
            what = {"organisation_id": self.org, "enrolment_id": self.enrolments[0], "amount_in_cents": 4900 + one, "currency": "USD"}
            self.make("/v1/simulate/alerts", **what)

    def settled(self):
        """Its ids, once its alerts wait for a person."""
        until = time.monotonic() + 30
        while (found := self.ask("GET", f"/v1/alerts?is_actionable=true&organisation_id={self.org}"))["count"] < 16 and time.monotonic() < until:
            time.sleep(0.2)
        self.ids["alrt"] = [one["id"] for one in sorted(found["items"], key=lambda one: one["vendor_alert_id"])]
        return self.ids


def main():
    live, test = [Shop(number) for number in range(2)], Shop(2, TEST)
    for shop in live:
        shop.fill()
    test.simulate()
    group, own = (
        call("POST", API + "/v1/api-keys", {"name": level, "level": level, "organisation_ids": [shop.org for shop in shops]})
        for level, shops in (("GROUP", live), ("ORGANISATION", live[:1]))
    )
    keys = {"partner": LIVE, "group": group["secret"], "organisation": own["secret"], "test": TEST}
    used = [group["id"], own["id"]] + [one["id"] for one in call("GET", API + "/v1/api-keys?level=PARTNER")["items"]]
    shops = {"live": [shop.settled() for shop in live], "test": [test.ids]}
    json.dump({"url": API, "keys": keys, "used": used, "shops": shops}, open(sys.argv[2], "w"), indent=1)


main()
