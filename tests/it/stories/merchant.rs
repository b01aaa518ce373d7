//! A merchant that gives money back by its own endpoint.

use serde_json::json;
use tests::simulate::merchant::{Payment, Refund, Trick};

use super::play::{Failed, Play, text};
use super::words::Words;

/// More calls than any story makes.
const FOR_GOOD: u32 = 100_000;

impl Play {
    /// `merchant connects`: the shop's orders come by an integration with an endpoint of its own
    /// from now on. `merchant sells AF-1 49.00 USD [subscription plan-1] [auth 064712] ...`: a
    /// payment there, with the order that tells of it. Else what the endpoint does, or somebody
    /// at it.
    pub async fn merchant(&mut self, words: &mut Words) -> Result<(), Failed> {
        let merchant = self.world.merchant.clone();
        if words.begin("connects") {
            return self.connect_merchant().await;
        } else if words.begin("sells") {
            return self.sell_at_merchant(words).await;
        } else if words.begin("tells of the refund") {
            return self.tell_of_refund().await;
        } else if words.begin("loses the answer to") {
            merchant.plays(&words.next("a path")?, &Trick::LoseAnswer, 1);
        } else if words.begin("answers 500 to") {
            merchant.plays(&words.next("a path")?, &Trick::DoneBut(500), 1);
        } else if words.begin("refuses the refund") {
            merchant.plays("refunds", &Trick::Refuse("TOO_OLD"), 1);
        } else if words.begin("is down") {
            merchant.plays("", &Trick::Page(503), FOR_GOOD);
        } else if words.begin("is up again") {
            merchant.behaves_itself();
        } else if words.begin("ignores keys") {
            merchant.behaves(|habits| habits.ignores_keys = true);
        } else if words.begin("keeps refunds pending") {
            merchant.behaves(|habits| habits.keeps_pending = true);
        } else if words.begin("confirms the refund") {
            merchant.settles_refund(None);
        } else if words.begin("fails the refund") {
            merchant.settles_refund(Some("the card is closed"));
        } else {
            return Err(format!("no merchant ever {}", words.rest()));
        }
        Ok(())
    }

    /// `merchant refunds`, `merchant subscriptions`, `merchant calls`
    pub fn at_merchant(&self, what: &str) -> Result<Vec<String>, Failed> {
        let merchant = &self.world.merchant;
        Ok(match what {
            "refunds" => merchant.refunds().iter().map(refund).collect(),
            "subscriptions" => merchant
                .cancelled()
                .iter()
                .map(|subscription| format!("{subscription} cancelled"))
                .collect(),
            "calls" => {
                let moves = merchant.asked().into_iter().filter(|asked| asked.method == "POST");
                let status = |status: Option<u16>| {
                    status.map_or_else(|| "lost".to_owned(), |status| status.to_string())
                };
                moves
                    .map(|asked| {
                        format!("{} {}: {}", asked.method, asked.path, status(asked.status))
                    })
                    .collect()
            }
            other => return Err(format!("nobody asks the merchant for {other}")),
        })
    }

    async fn connect_merchant(&mut self) -> Result<(), Failed> {
        let shop = self.shop()?;
        let body = json!({
            "organisation_id": shop.organisation, "name": "Our own", "type": "CUSTOM_CALLBACK",
            "merchant_ids": [shop.merchant],
            "callback_url": self.world.callback_url
        });
        let made = self.make("/v1/integrations/", &body).await?;
        self.world.merchant.trusts(&text(&made["secret"]));
        self.shops.last_mut().ok_or("no org")?.orders = text(&made["id"]);
        Ok(())
    }

    async fn sell_at_merchant(&mut self, words: &mut Words) -> Result<(), Failed> {
        let subscription = words.after("subscription");
        let order = self.new_order(words)?;
        let transaction = &order["transactions"][0];
        let minor = transaction["amount_in_cents"].as_u64().unwrap_or_default();
        let payment =
            Payment { subscription, ..Payment::settled(minor, &text(&transaction["currency"])) };
        self.world.merchant.sells(&text(&transaction["reference_id"]), payment);
        let made = self.make("/v1/orders/", &json!([order])).await?;
        if made["created"] == 1 { Ok(()) } else { Err(format!("the order was not taken: {made}")) }
    }

    async fn tell_of_refund(&mut self) -> Result<(), Failed> {
        let refund = self.world.merchant.refunds().pop().ok_or("there is no refund")?;
        let path = format!("/v1/integrations/{}/refunds/{}", self.shop()?.orders, refund.id);
        let word =
            json!({ "cause_id": refund.cause, "status": refund.status, "reason": refund.reason });
        self.make(&path, &word).await.map(drop)
    }
}

fn refund(refund: &Refund) -> String {
    let whole = format!("{}.{:02}", refund.minor / 100, refund.minor % 100);
    let reason = refund.reason.as_ref().map_or_else(String::new, |reason| format!(": {reason}"));
    let cause = refund.cause.as_deref().unwrap_or("nobody's alert");
    format!("{} of {}: {whole} {}{reason}, for {cause}", refund.id, refund.payment, refund.status)
}
