//! What Ethoca does, what time does, and the queues in between.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tests::simulate::ethoca::alert::Kind;
use tests::simulate::ethoca::{Fault, FaultKind};

use super::play::{Failed, Play, SIGN_IN};
use super::words::Words;

/// The words of a story that set a field of an alert, and the field.
const FIELDS: [(&str, &str); 5] = [
    ("arn", "arn"),
    ("auth", "authCode"),
    ("last4", "cardLast4"),
    ("transaction", "transactionId"),
    ("type", "alertType"),
];

impl Play {
    /// `ethoca alerts ...` pushes an alert, `ethoca raises ...` only has it ready for the pull,
    /// `ethoca alerts again` pushes the latest once more, `ethoca fails ITEM_FAILURE 3 times`
    /// spoils the outcomes to come.
    pub async fn ethoca(&mut self, words: &mut Words) -> Result<(), Failed> {
        match words.next("what Ethoca does")?.as_str() {
            "alerts" if words.has("again") => {
                let latest = self.alerts.last().cloned().ok_or("there was no alert yet")?;
                self.push(latest).await;
            }
            "alerts" => {
                let alert = self.new_alert(words)?;
                self.push(alert).await;
            }
            "raises" => {
                let alert = self.new_alert(words)?;
                self.world.ethoca.raise(&alert);
            }
            "fails" => {
                let kind: FaultKind = serde_json::from_value(json!(words.next("the failure")?))
                    .map_err(|error| error.to_string())?;
                let times =
                    words.next("how often")?.parse().map_err(|_| "how often is a number")?;
                words.has("times");
                self.world.ethoca.queue_fault(Fault {
                    recoverable: !words.has("for-good"),
                    ..Fault::outcomes(kind).times(times)
                });
            }
            other => return Err(format!("Ethoca never `{other}`")),
        }
        Ok(())
    }

    async fn push(&mut self, alert: Value) {
        let url = format!("{}/vendors/ethoca/alerts", self.door);
        self.receipt = Some(self.world.ethoca.push(&url, SIGN_IN.0, SIGN_IN.1, vec![alert]).await);
    }

    /// `49.00 USD ACMEFIT*PLAN [fraud] [arn X] [auth X] [of payment] [last4 X] [sold TIME] [raised
    /// TIME] [disputes 10.00 USD] [bin X] [card NUMBER] [transaction X] [type X] [reason X]`
    fn new_alert(&mut self, words: &mut Words) -> Result<Value, Failed> {
        let (money, descriptor) = (words.money()?, words.next("a descriptor")?);
        let kind = if words.has("fraud") { Kind::Fraud } else { Kind::Dispute };
        let (now, sold) = (
            self.world.clock.now().to_string(),
            words.after("sold").unwrap_or_else(|| self.sold_at.to_string()),
        );
        let mut draft =
            self.world.ethoca.alert(kind, &descriptor, &money.to_decimal(), money.currency.code());
        draft = draft
            .id(&format!("ALERT{:0>20}", self.alerts.len() + 1))
            .times(&words.after("raised").unwrap_or(now), &sold);
        if words.after("of").is_some_and(|what| what == "payment") {
            let paid = self.payments.last().ok_or("nothing was paid yet")?;
            draft = draft.auth_code(&paid.auth_code);
        }
        for (word, field) in FIELDS {
            if let Some(value) = words.after(word) {
                draft = draft.with(field, value);
            }
        }
        if let Some(disputed) = words.money_after("disputes")? {
            draft = draft.chargeback("13.1", &disputed.to_decimal(), disputed.currency.code());
        }
        for (word, field) in [("reason", "chargebackReasonCode"), ("bin", "cardBin")] {
            if let Some(value) = words.after(word) {
                draft = draft.with(field, value);
            }
        }
        if let Some(number) = words.after("card") {
            draft = draft.clear_card(&number);
        }
        let alert = draft.build();
        self.alerts.push(alert.clone());
        Ok(alert)
    }

    /// `pull`: the poll for alerts that were never acknowledged.
    pub async fn pull(&mut self) -> Result<(), Failed> {
        self.world.pull().await;
        Ok(())
    }

    /// `time passes 24 hours`, `time passes until 2026-02-19T08:00:00Z`
    pub async fn time(&mut self, words: &mut Words) -> Result<(), Failed> {
        if !words.has("passes") {
            return Err("time only passes".into());
        }
        if let Some(end) = words.after("until") {
            let end: Timestamp = end.parse().map_err(|_| format!("{end} is no time"))?;
            self.world.run_until(end).await;
            return Ok(());
        }
        let count: i64 = words.next("how long")?.parse().map_err(|_| "how long is a number")?;
        let span = match words.next("hours or minutes")?.trim_end_matches('s') {
            "day" => SignedDuration::from_hours(count * 24),
            "hour" => SignedDuration::from_hours(count),
            "minute" => SignedDuration::from_mins(count),
            other => return Err(format!("time does not pass in {other}s")),
        };
        self.world.advance(span).await;
        Ok(())
    }

    /// `queues wait`, `queues move`: what is done in between comes before the next stage. `queues
    /// move once`: one stage on.
    pub async fn queues(&mut self, words: &mut Words) -> Result<(), Failed> {
        if words.begin("move once") {
            self.world.turn().await;
            return Ok(());
        }
        self.held = match words.next("wait or move")?.as_str() {
            "wait" => true,
            "move" => false,
            other => return Err(format!("queues never {other}")),
        };
        Ok(())
    }
}
