//! What people do: partners over the API, the operator by commands.

use domain::basics::id::AlertId;
use serde_json::{Value, json};

use super::play::{Failed, Play, text};
use super::words::Words;

impl Play {
    /// `person REFUND [alert 2] [amount 10.00 USD] [names payment 1 | names AF-1] [externally | not
    /// refunded] [reference R] [note "..."] [as NAME]`: a PATCH; without an action, only a
    /// note.
    pub async fn person(&mut self, words: &mut Words) -> Result<(), Failed> {
        let key = self.key_of(words)?;
        let path = format!("/v1/alerts/{}", self.alert_id(words)?);
        let (amount, note, reference) =
            (words.money_after("amount")?, words.after("note"), words.after("reference"));
        let denied = words.ends("not refunded").then_some(false);
        let externally = words.has("externally").then_some(true).or(denied);
        let cancelled = words.has("elsewhere").then_some(true);
        let named = self.named(words)?;
        let action = Some(words.rest()).filter(|word| !word.is_empty());
        let body = json!({
            "action": action, "note": note, "integration_transaction_id": named,
            "refund_amount_in_cents": amount.map(|money| money.minor),
            "refunded_externally": externally, "cancelled_externally": cancelled,
            "refund_reference": reference
        });
        self.answer = Some(self.world.call("PATCH", &path, &key, Some(&without_nulls(body))).await);
        Ok(())
    }

    /// `get alert`, `get alert 2`, `get /v1/organisations/`, each `as NAME`
    pub async fn get(&mut self, words: &mut Words) -> Result<(), Failed> {
        let key = self.key_of(words)?;
        let path = if words.has("alert") {
            format!("/v1/alerts/{}", self.alert_id(words)?)
        } else {
            words.next("a path")?
        };
        self.answer = Some(self.world.call("GET", &path, &key, None).await);
        Ok(())
    }

    /// `operator releases`, `operator discards`, `operator retracts`, `operator sets UNENROLLED`
    pub async fn operator(&mut self, words: &mut Words) -> Result<(), Failed> {
        let latest = || {
            self.alerts.last().map(|alert| alert["alertId"].clone()).ok_or("there was no alert yet")
        };
        let command = match words.next("what the operator does")?.as_str() {
            "releases" => {
                json!({
                    "do": "RELEASE_QUARANTINED", "id": self.quarantined().await?,
                    "enrolment_id": self.shop()?.enrolment, "by": "Robin"
                })
            }
            "discards" => {
                json!({
                    "do": "DISCARD_QUARANTINED", "id": self.quarantined().await?,
                    "why": words.rest(), "by": "Robin"
                })
            }
            "retracts" => {
                json!({ "do": "RETRACT_ALERT", "network": "ETHOCA", "vendor_alert_id": latest()? })
            }
            "sets" => {
                json!({
                    "do": "SET_ENROLMENT", "enrolment_id": self.shop()?.enrolment,
                    "status": words.next("a status")?
                })
            }
            other => return Err(format!("no operator ever {other}")),
        };
        self.answer = Some(match self.world.operate(command).await {
            Ok(done) => (200, done),
            Err(refusal) => (422, json!({ "code": "REFUSED", "detail": refusal })),
        });
        Ok(())
    }

    /// The id of the alert that a line names by `alert 2`, else of the latest.
    pub fn alert_id(&self, words: &mut Words) -> Result<AlertId, Failed> {
        let place = words.number_after("alert")?;
        let place = if place == 0 { self.alerts.len() } else { place };
        let alert = self.alerts.get(place.wrapping_sub(1)).ok_or("there is no such alert")?;
        Ok(AlertId::derived(&["ETHOCA", &text(&alert["alertId"])]))
    }

    /// `names payment 1`, or `names AF-1`: the payment of an order.
    fn named(&self, words: &mut Words) -> Result<Option<String>, Failed> {
        let place = words.number_after("payment")?;
        if place > 0 && words.has("names") {
            let paid = self.payments.get(place - 1).ok_or("there is no such payment")?;
            return Ok(Some(paid.intent.clone()));
        }
        Ok(words.after("names").map(|reference| format!("txn-{reference}")))
    }

    async fn quarantined(&self) -> Result<Value, Failed> {
        let held = self.world.operate(json!({ "do": "LIST_QUARANTINE" })).await?;
        held["items"]
            .as_array()
            .and_then(|items| items.first())
            .map(|item| item["id"].clone())
            .ok_or_else(|| "nothing is quarantined".into())
    }
}

fn without_nulls(body: Value) -> Value {
    let Value::Object(fields) = body else { return body };
    Value::Object(fields.into_iter().filter(|(_, value)| !value.is_null()).collect())
}
