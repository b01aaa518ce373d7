//! Refunds that people ask for, whatever alerts there are.

use serde_json::{Value, json};

use super::play::{Failed, Play, text};
use super::words::Words;

impl Play {
    /// `hand refunds payment [of 20.00 USD] [as NAME]`: the latest payment; all of it where no
    /// amount is named.
    pub async fn hand(&mut self, words: &mut Words) -> Result<(), Failed> {
        if !words.begin("refunds payment") {
            return Err("by hand payments are refunded".into());
        }
        let key = self.key_of(words)?;
        let amount = words.money_after("of")?.map(|money| money.minor);
        let path = self.refunds_of_payment()?;
        let body = amount.map_or_else(|| json!({}), |minor| json!({ "amount_in_cents": minor }));
        self.answer = Some(self.world.call("POST", &path, &key, Some(&body)).await);
        Ok(())
    }

    /// Those of the latest payment, the first first.
    pub async fn hand_refunds(&self) -> Result<Vec<String>, Failed> {
        let (status, list) =
            self.world.call("GET", &self.refunds_of_payment()?, &self.keys["partner"], None).await;
        if status != 200 {
            return Err(format!("the refunds cannot be seen: {list}"));
        }
        let mut refunds = list["items"].as_array().cloned().unwrap_or_default();
        refunds.reverse();
        Ok(refunds.iter().map(line).collect())
    }

    fn refunds_of_payment(&self) -> Result<String, Failed> {
        let paid = self.payments.last().ok_or("nothing was paid yet")?;
        Ok(format!("/v1/transactions/{}/refunds", paid.intent))
    }
}

fn line(refund: &Value) -> String {
    let made = refund["refund"]["id"].as_str().map_or_else(String::new, |id| {
        let amount = super::printed::amount(
            &refund["refund"]["amount_in_cents"],
            &refund["refund"]["currency"],
        );
        format!(", {id} of {amount}")
    });
    let why = [&refund["refusal_reason"], &refund["failure_reason"]].map(text).concat();
    let why = if why.is_empty() { why } else { format!(", {why}") };
    format!("{} {}{why}{made}", text(&refund["id"]), text(&refund["status"]))
}
