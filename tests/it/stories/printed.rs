//! What stories print, one line for each thing that somebody remembers.

use domain::basics::money::{Money, parse_currency};
use serde_json::{Value, json};
use tests::simulate::ethoca::Received;

use super::play::{Failed, Play, text};
use super::shown;
use super::words::Words;

impl Play {
    /// What is named, in the order named: `alert, stripe refunds, ethoca outcomes`
    pub async fn print(&mut self, named: &str) -> Result<Vec<String>, Failed> {
        let mut lines = Vec::new();
        for what in named.split(',').map(str::trim) {
            let printed = self.printed(what).await?;
            let none = printed.is_empty().then(|| format!("no {what}"));
            lines.extend(printed.into_iter().chain(none).map(|line| self.names.plain(&line)));
        }
        Ok(lines)
    }

    async fn printed(&mut self, what: &str) -> Result<Vec<String>, Failed> {
        Ok(match what {
            "alerts" => self.all_alerts().await,
            "alarms" => self.alarms(),
            "push" => self.pushed(),
            "quarantine" => self.quarantine().await?,
            "enrolment" => self.enrolment().await?,
            "integration" => self.stripes_own().await?,
            "answer" => {
                self.answer.as_ref().map(|(status, body)| answer(*status, body)).unwrap_or_default()
            }
            "hand refunds" => self.hand_refunds().await?,
            "mails" => self.mails(),
            "subscriber" => self.heard(),
            "ethoca outcomes" => self.world.ethoca.outcomes().iter().map(outcome).collect(),
            _ if what.starts_with("alert") => self.one_alert(&self.seen(what).await?),
            _ if what.starts_with("history") => shown::history(&self.seen(what).await?),
            _ => match what.split_once(' ') {
                Some(("stripe", what)) => self.remembered(what)?,
                Some(("merchant", what)) => self.at_merchant(what)?,
                _ => return Err(format!("nothing prints `{what}`")),
            },
        })
    }

    async fn seen(&self, what: &str) -> Result<Value, Failed> {
        let id = self.alert_id(&mut Words::of(what))?;
        let (status, alert) =
            self.world.call("GET", &format!("/v1/alerts/{id}"), &self.keys["partner"], None).await;
        if status == 200 { Ok(alert) } else { Err(format!("the alert cannot be seen: {alert}")) }
    }

    async fn all_alerts(&self) -> Vec<String> {
        let (_, list) = self.world.call("GET", "/v1/alerts/", &self.keys["partner"], None).await;
        let mut items = list["items"].as_array().cloned().unwrap_or_default();
        items.sort_by_key(|alert| text(&alert["vendor_alert_id"]));
        items.iter().flat_map(|alert| self.one_alert(alert)).collect()
    }

    /// With its owner, where there are several organisations.
    fn one_alert(&self, alert: &Value) -> Vec<String> {
        let owner = self.shops.iter().find(|shop| {
            self.shops.len() > 1 && alert["organisation_id"] == shop.organisation.as_str()
        });
        shown::alert(alert, &owner.map_or_else(String::new, |shop| format!(" of {}", shop.name)))
    }

    fn remembered(&self, what: &str) -> Result<Vec<String>, Failed> {
        let stripe = &self.world.stripe;
        let oldest_first = |mut objects: Vec<Value>| {
            objects.reverse();
            objects
        };
        Ok(match what {
            "refunds" => oldest_first(stripe.refunds()).iter().map(refund).collect(),
            "subscriptions" => oldest_first(stripe.objects("subscription"))
                .iter()
                .map(|one| format!("{} {}", text(&one["id"]), text(&one["status"])))
                .collect(),
            "shares" => ["transfer", "application_fee"]
                .iter()
                .flat_map(|kind| stripe.objects(kind))
                .map(|one| share(&one))
                .collect(),
            "calls" => {
                let moves = |path: &str, method: &str| {
                    method == "DELETE"
                        || path.starts_with("/v1/refunds")
                        || path.ends_with("/cancel")
                };
                let requests = stripe
                    .requests()
                    .into_iter()
                    .filter(|one| one.method != "GET" && moves(&one.path, &one.method));
                requests
                    .map(|one| {
                        call(&one.method, &one.path, one.status, one.stripe_account.as_deref())
                    })
                    .collect()
            }
            "payments" => {
                oldest_first(stripe.objects("payment_intent")).iter().map(payment).collect()
            }
            other => return Err(format!("nobody asks Stripe for {other}")),
        })
    }

    async fn quarantine(&self) -> Result<Vec<String>, Failed> {
        let held = self.world.operate(json!({ "do": "LIST_QUARANTINE" })).await?;
        let line = |item: &Value| {
            format!(
                "{}: {}, {}: {}",
                text(&item["id"]),
                text(&item["vendor_alert_id"]),
                text(&item["fate"]["is"]),
                text(&item["reason"])
            )
        };
        let mut items: Vec<&Value> = held["items"].as_array().into_iter().flatten().collect();
        // those of one moment are listed in the order of random ids
        items.sort_by_key(|item| text(&item["vendor_alert_id"]));
        Ok(items.into_iter().map(line).collect())
    }

    fn pushed(&self) -> Vec<String> {
        let line = |status: u16, acknowledged: &[String]| {
            format!("{status}, acknowledged: {}", acknowledged.join(" "))
        };
        self.receipt.iter().map(|receipt| line(receipt.status, &receipt.acknowledged)).collect()
    }

    async fn enrolment(&self) -> Result<Vec<String>, Failed> {
        let shop = self.shop()?;
        let (_, seen) = self
            .world
            .call(
                "GET",
                &format!("/v2/enrolments/{}", shop.enrolment),
                &self.keys[&self.partner],
                None,
            )
            .await;
        let note = seen["note"].as_str().map_or_else(String::new, |note| format!(": {note}"));
        Ok(vec![format!("{} of {} {}{note}", text(&seen["id"]), shop.name, text(&seen["status"]))])
    }
}

impl Play {
    /// The shop's Stripe as its GET shows it.
    async fn stripes_own(&self) -> Result<Vec<String>, Failed> {
        let path = format!("/v1/integrations/{}", self.shop()?.stripe);
        let (_, seen) = self.world.call("GET", &path, &self.keys[&self.partner], None).await;
        let detail = &seen["status_detail"];
        let why = detail["code"]
            .as_str()
            .map_or_else(String::new, |code| format!(", {code}: {}", text(&detail["message"])));
        Ok(vec![format!("{} {}{why}", text(&seen["name"]), text(&seen["status"]))])
    }
}

/// An amount in minor units as people write it.
pub fn amount(minor: &Value, code: &Value) -> String {
    let money = parse_currency(&text(code))
        .ok()
        .zip(minor.as_u64())
        .map(|(currency, minor)| Money::new(minor, currency));
    money.map_or_else(|| format!("{minor} {code}"), |money| money.to_string())
}

/// What a seller or the platform got of a payment, and what of it went back.
fn share(share: &Value) -> String {
    let money = |minor: &Value| amount(minor, &share["currency"]);
    let (back, who) = match share["object"].as_str() {
        Some("transfer") => {
            (&share["amount_reversed"], format!("transfer to {}", text(&share["destination"])))
        }
        _ => (&share["amount_refunded"], "application fee".to_owned()),
    };
    format!("{who}: {} of {} went back", money(back), money(&share["amount"]))
}

fn refund(refund: &Value) -> String {
    let mark = |name: &str| refund["metadata"][name].as_str();
    let whose = mark("cbs_related_alert_id")
        .or(mark("forestall_refund_request"))
        .unwrap_or("nobody's alert");
    let (id, payment) = (text(&refund["id"]), text(&refund["payment_intent"]));
    format!(
        "{id} of {payment}: {} {}, for {whose}",
        amount(&refund["amount"], &refund["currency"]),
        text(&refund["status"])
    )
}

fn payment(intent: &Value) -> String {
    let [received, open, all] = ["amount_received", "amount_capturable", "amount"]
        .map(|name| amount(&intent[name], &intent["currency"]));
    format!(
        "{} {}, {received} of {all} captured, {open} may still be",
        text(&intent["id"]),
        text(&intent["status"])
    )
}

fn call(method: &str, path: &str, status: Option<u16>, account: Option<&str>) -> String {
    let account = account.map_or_else(String::new, |account| format!(" in {account}"));
    let status = status.map_or_else(|| "lost".to_owned(), |status| status.to_string());
    format!("{method} {path}{account}: {status}")
}

fn outcome(received: &Received) -> String {
    let told: Value = serde_json::from_str(received.outcome.get()).unwrap_or_default();
    let code = text(&told["refund"]["amount"]["currencyCode"]);
    let refund = decimal(received.outcome.get())
        .map_or_else(String::new, |amount| format!(" {amount} {code}"));
    let why = received.error.as_ref().map_or_else(String::new, |_| " (refused)".to_owned());
    let proof = if told["refund"]["acquirerReferenceNumber"].is_string() {
        ", with its acquirer's reference"
    } else {
        ""
    };
    let comment =
        told["comments"].as_str().map_or_else(String::new, |comment| format!(", \"{comment}\""));
    format!(
        "{}: {}, {}{refund}{proof}{comment}{why}",
        text(&told["alertId"]),
        text(&told["outcome"]),
        text(&told["refundStatus"])
    )
}

/// The refund's amount as it is written, which a number in memory would not be.
fn decimal(outcome: &str) -> Option<String> {
    let amount = outcome.split_once("\"refund\":{\"amount\":{\"value\":")?.1;
    Some(amount.chars().take_while(|letter| letter.is_ascii_digit() || *letter == '.').collect())
}

fn answer(status: u16, body: &Value) -> Vec<String> {
    let errors = body["errors"].as_array().into_iter().flatten();
    let errors = errors.map(|one| {
        format!("  {} {}: {}", text(&one["index"]), text(&one["code"]), text(&one["message"]))
            .replace("   ", "  ")
    });
    let first = match (body["code"].as_str(), body["created"].as_u64(), body["items"].as_array()) {
        (Some(code), ..) => format!("{status} {code}: {}", text(&body["detail"])),
        (_, Some(created), _) => format!("{status} created {created}, failed {}", body["failed"]),
        (.., Some(items)) => format!("{status} {} items", items.len()),
        _ => format!("{status} {}", text(&body["status"])),
    };
    std::iter::once(first).chain(errors).map(|line| line.trim_end().to_owned()).collect()
}
