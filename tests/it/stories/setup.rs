//! What partners set up: organisations, enrolments, processors, rulesets; and the operator's
//! brakes.

use domain::account::{Integration, IntegrationStatus};
use serde_json::{Value, json};

use super::play::{Failed, Play, Shop, text};
use super::words::Words;

impl Play {
    /// `org Acme [merchant STRIPE acct_x] [enrolled ETHOCA descriptor ACMEFIT [STARTS_WITH]]`
    pub async fn org(&mut self, words: &mut Words) -> Result<(), Failed> {
        let name = words.next("the org's name")?;
        let organisation =
            text(&self.make("/v1/organisations/", &json!({ "name": name })).await?["id"]);
        let kind = words.after("merchant").unwrap_or_else(|| "GENERIC".into());
        let external =
            if kind == "GENERIC" { None } else { Some(words.next("the merchant's account")?) };
        let merchant = json!({
            "organisation_id": organisation, "name": format!("{name} shop"), "type": kind,
            "external_id": external
        });
        let merchant = text(&self.make("/v1/merchants/", &merchant).await?["id"]);
        let orders = json!({
            "organisation_id": organisation, "name": "Orders", "type": "CUSTOM_ORDERS",
            "merchant_ids": [merchant]
        });
        let orders = text(&self.make("/v1/integrations/", &orders).await?["id"]);
        self.shops.push(Shop { name, organisation, merchant, orders, ..Shop::default() });
        if words.has("enrolled") { self.enrol(words).await } else { Ok(()) }
    }

    /// `account [enrolled ETHOCA descriptor ACMEFIT [STARTS_WITH]]`: another merchant account of
    /// the last org.
    pub async fn account(&mut self, words: &mut Words) -> Result<(), Failed> {
        let Shop { name, organisation, .. } = self.shop()?.clone();
        let name = format!("{name} account");
        let merchant = json!({ "organisation_id": organisation, "name": name, "type": "GENERIC" });
        let merchant = text(&self.make("/v1/merchants/", &merchant).await?["id"]);
        self.shops.push(Shop { name, organisation, merchant, ..Shop::default() });
        if words.has("enrolled") { self.enrol(words).await } else { Ok(()) }
    }

    /// `enrols ETHOCA descriptor ACMEFIT [STARTS_WITH]`: the last shop.
    pub async fn enrol(&mut self, words: &mut Words) -> Result<(), Failed> {
        if !words.has("ETHOCA") {
            return Err("only ETHOCA is enrolled".into());
        }
        let descriptor = words.after("descriptor").ok_or("the descriptor is missing")?;
        let match_type = ["EQUALS", "CONTAINS", "STARTS_WITH"]
            .into_iter()
            .find(|word| words.has(word))
            .unwrap_or("STARTS_WITH");
        let watched =
            json!({ "descriptors": [{ "descriptor": descriptor, "match_type": match_type }] });
        let body = json!({
            "merchant_ids": [self.shop()?.merchant], "type": "ETHOCA_ALERT", "ethoca_alert": watched
        });
        let enrolment = text(&self.make("/v2/enrolments/", &body).await?["id"]);
        self.shops.last_mut().ok_or("no org")?.enrolment = enrolment;
        Ok(())
    }

    /// `stripe [for connected accounts]`: the shop connects it, with an endpoint for its events.
    pub async fn connect_stripe(&mut self, words: &mut Words) -> Result<(), Failed> {
        let connect = words.begin("for connected accounts");
        let shop = self.shop()?.clone();
        let place = |path: &str| {
            format!(
                "url={}/processor-events/{path}&enabled_events[]=*&connect={connect}",
                self.door
            )
        };
        let endpoint =
            self.at_stripe("POST", "/v1/webhook_endpoints", &place("later"), None).await?;
        let body = json!({
            "organisation_id": shop.organisation, "name": "Stripe", "type": "STRIPE",
            "merchant_ids": [shop.merchant],
            "credentials": { "secret_key": "sk_test_shop", "webhook_secret": endpoint["secret"] }
        });
        let made = text(&self.make("/v1/integrations/", &body).await?["id"]);
        let path = format!("/v1/webhook_endpoints/{}", text(&endpoint["id"]));
        self.at_stripe("POST", &path, &format!("url={}/processor-events/{made}", self.door), None)
            .await?;
        self.shops.last_mut().ok_or("no org")?.stripe = made;
        Ok(())
    }

    /// `integration DISABLED`: the shop's Stripe, as if it were switched off in between.
    /// `integration gets the key sk_test_new`
    pub async fn integration(&mut self, words: &mut Words) -> Result<(), Failed> {
        if words.begin("gets the key") {
            let body = json!({ "credentials": { "secret_key": words.next("a key")? } });
            let path = format!("/v1/integrations/{}", self.shop()?.stripe);
            self.answer =
                Some(self.world.call("PATCH", &path, &self.keys[&self.partner], Some(&body)).await);
            return Ok(());
        }
        if !words.has("DISABLED") {
            return Err("an integration can only become DISABLED".into());
        }
        let id = self.shop()?.stripe.clone();
        let found: Option<Integration> =
            self.world.store.read_record(&id).await.map_err(|error| error.to_string())?;
        let found = found.ok_or("the shop has no Stripe")?;
        let disabled = Integration {
            status: IntegrationStatus::Disabled,
            version: found.version + 1,
            ..found
        };
        self.world.store.replace_record(&disabled).await.map_err(|error| error.to_string())
    }

    /// `ruleset REFUND [priority 1] [OR] when descriptor STARTS_WITH ACMEFIT [and amount
    /// GREATER_THAN 50.00 USD]`, or `ruleset REFUND without rules`
    pub async fn ruleset(&mut self, words: &mut Words) -> Result<(), Failed> {
        let outcome = words.next("the ruleset's outcome")?;
        let join = if words.has("OR") { "OR" } else { "AND" };
        let priority = words.after("priority").and_then(|text| text.parse::<u32>().ok());
        let mut rules = Vec::new();
        if words.has("when") {
            while !words.has("end") {
                rules.push(rule(words)?);
                if !words.has("and") && !words.has("or") {
                    break;
                }
            }
        } else if !(words.has("without") && words.has("rules")) {
            return Err("say `when ...` or `without rules`".into());
        }
        let shop = self.shop()?;
        let body = json!({
            "organisation_id": shop.organisation, "enrolment_ids": [shop.enrolment],
            "outcome": outcome, "join_operator": join,
            "priority": priority, "rules": rules
        });
        let made = self.make("/v1/rulesets/", &body).await?;
        self.shops.last_mut().ok_or("no org is set up yet")?.ruleset = text(&made["id"]);
        Ok(())
    }

    /// `rules apply`: the ruleset that was made last is asked about the alerts that wait.
    pub async fn rules(&mut self, words: &mut Words) -> Result<(), Failed> {
        let what = words.next("`apply`")?;
        let path = format!("/v1/rulesets/{}/{what}", self.shop()?.ruleset);
        self.make(&path, &json!({})).await.map(drop)
    }

    /// `rate JPY 0.006700`: dollars for one unit, from today on.
    pub async fn rate(&mut self, words: &mut Words) -> Result<(), Failed> {
        let (code, rate) = (words.next("a currency")?, words.next("a rate")?);
        let (whole, part) = rate.split_once('.').unwrap_or((&rate, ""));
        let millionths =
            format!("{whole}{part:0<6}").parse().map_err(|_| format!("{rate} is no rate"))?;
        self.rates.insert(code, millionths);
        let as_of = domain::basics::time::utc_day(self.world.clock.now()).to_string();
        self.world
            .operate(json!({ "do": "LOAD_RATES", "as_of": as_of, "usd_millionths": self.rates }))
            .await
            .map(drop)
    }

    /// `automation OBSERVE`, `automation ON cap 1 refunds 100.00 USD`
    pub async fn automation(&mut self, words: &mut Words) -> Result<(), Failed> {
        let automation = words.next("ON, OBSERVE or PAUSED")?;
        let mut caps = Value::Null;
        if let Some(count) = words.after("cap") {
            let sum = words.money_after("refunds")?.ok_or("the sum is missing")?;
            caps = json!({
                "count": count.parse::<u32>().map_err(|error| error.to_string())?,
                "usd_cents": sum.minor
            });
        }
        let organisation = &self.shop()?.organisation;
        let order = json!({
            "do": "SET_AUTOMATION", "organisation_id": organisation, "automation": automation,
            "caps": caps
        });
        self.world.operate(order).await.map(drop)
    }

    /// `brakes PAUSED`: the partner's own, on all its organisations.
    pub async fn brakes(&mut self, words: &mut Words) -> Result<(), Failed> {
        let body = json!({ "automation": words.next("ON, OBSERVE or PAUSED")? });
        let path = format!("/v1/partners/{}", text(&self.partner_id));
        let (status, answer) =
            self.world.call("PATCH", &path, &self.keys[&self.partner], Some(&body)).await;
        if status == 200 { Ok(()) } else { Err(format!("{path} answered {status}: {answer}")) }
    }
}

fn rule(words: &mut Words) -> Result<Value, Failed> {
    let kind = words.next("a rule")?;
    let operator = words.next("the rule's operator")?;
    match kind.as_str() {
        "descriptor" => {
            let value = words.next("the rule's descriptor")?;
            Ok(json!({
                "type": "DESCRIPTOR",
                "parameters": { "descriptors": [{ "value": value, "match_type": operator }] }
            }))
        }
        "amount" => {
            let money = words.money()?;
            let parameters = json!({
                "operator": operator, "currency_code": money.currency.code(),
                "amount_in_cents": money.minor
            });
            Ok(json!({ "type": "AMOUNT", "parameters": parameters }))
        }
        "customer" => {
            let value = words.next("an address or a domain")?;
            let field = if operator == "DOMAIN" { "domains" } else { "emails" };
            Ok(json!({ "type": "CUSTOMER", "parameters": { field: [value] } }))
        }
        "category" => {
            Ok(json!({ "type": "REASON_CATEGORY", "parameters": { "categories": [operator] } }))
        }
        "age" => {
            let days: u32 =
                words.next("how many days")?.parse().map_err(|_| "days are a number")?;
            Ok(json!({
                "type": "TRANSACTION_AGE", "parameters": { "operator": operator, "days": days }
            }))
        }
        "refunded-before" => {
            Ok(json!({ "type": "REFUNDED_BEFORE", "parameters": { "value": operator == "true" } }))
        }
        other => Err(format!("no rule looks at `{other}`")),
    }
}
