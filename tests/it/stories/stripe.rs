//! What goes wrong at Stripe, and what somebody does there.

use tests::simulate::stripe::{Fault, FaultKind, Opening, Stripe};

use super::play::{Failed, Play, text};
use super::words::Words;

/// More calls than any story makes.
const FOR_GOOD: u32 = 100_000;

/// What Stripe's answers may come to.
const FAULTS: [(&str, FaultKind); 5] = [
    ("loses the answer", FaultKind::LoseAnswer),
    ("answers 500", FaultKind::Status500),
    ("throttles", FaultKind::Status429),
    ("is down", FaultKind::Status503),
    ("answers 403", FaultKind::Status403),
];

/// What becomes of a refund that Stripe has.
#[derive(Debug, Clone, Copy)]
enum Change {
    Confirmed,
    Failed,
    /// Its acquirer's reference comes to be known.
    Referred,
}

/// What Stripe does with the latest refund.
const CHANGES: [(&str, Change); 3] = [
    ("confirms the refund", Change::Confirmed),
    ("fails the refund", Change::Failed),
    ("knows the reference of the refund", Change::Referred),
];

impl Play {
    /// `stripe ...`: what Stripe does, or somebody at it. Alone, the shop connects it.
    pub async fn stripe(&mut self, words: &mut Words) -> Result<(), Failed> {
        let stripe = self.world.stripe.clone();
        let charge = self.payments.last().map(|paid| paid.charge.clone()).unwrap_or_default();
        if let Some((_, fault)) = FAULTS.iter().find(|(phrase, _)| words.begin(phrase)) {
            self.befalls(words, *fault);
        } else if words.begin("is up again") {
            stripe.recover();
        } else if words.begin("keeps refunds pending") {
            stripe.pending_refunds(FOR_GOOD);
        } else if let Some((_, change)) = CHANGES.iter().find(|(phrase, _)| words.begin(phrase)) {
            change_latest_refund(&stripe, *change)?;
        } else if words.begin("will fail the next refund") {
            stripe.failing_refund("lost_or_stolen_card");
        } else if words.begin("cannot reverse transfers") {
            stripe.sellers_can_pay(false);
        } else if words.begin("delivers its events") {
            stripe.deliver_webhooks().await;
        } else if words.begin("revokes the key") {
            stripe.revoke_key("sk_test_shop");
        } else if words.begin("refunds") {
            let form = format!("charge={charge}&amount={}", words.money()?.minor);
            self.at_stripe("POST", "/v1/refunds", &form, None).await?;
        } else if words.begin("captures") {
            self.captures(words).await?;
        } else if words.begin("opens a dispute") {
            let kind = if words.has("inquiry") { "inquiry" } else { "chargeback" };
            stripe
                .open_dispute(&charge, &Opening::of("fraudulent", kind))
                .map_err(|no| format!("{no:?}"))?;
        } else {
            return self.connect_stripe(words).await;
        }
        Ok(())
    }

    /// `captures 20.00 USD [and more later]`: of the latest payment.
    async fn captures(&self, words: &mut Words) -> Result<(), Failed> {
        let paid = self.payments.last().ok_or("nothing was paid yet")?;
        let (money, more) = (words.money()?, words.begin("and more later"));
        let form = format!("amount_to_capture={}&final_capture={}", money.minor, !more);
        self.at_stripe("POST", &format!("/v1/payment_intents/{}/capture", paid.intent), &form, None)
            .await
            .map(drop)
    }

    /// `[to POST] [at /v1/refunds] [once]`; else from now on.
    fn befalls(&self, words: &mut Words, fault: FaultKind) {
        let path_prefix = words.after("at").unwrap_or_else(|| "/v1".into());
        let times = if words.has("once") { 1 } else { FOR_GOOD };
        self.world.stripe.fault(Fault { method: words.after("to"), path_prefix, fault, times });
    }
}

fn change_latest_refund(stripe: &Stripe, change: Change) -> Result<(), Failed> {
    let refunds = stripe.refunds();
    let latest = refunds.first().map(|refund| text(&refund["id"])).ok_or("there is no refund")?;
    let changed = match change {
        Change::Confirmed => stripe.settle_refund(&latest, None),
        Change::Failed => stripe.settle_refund(&latest, Some("expired_or_canceled_card")),
        Change::Referred => stripe.refer_refund(&latest),
    };
    changed.map(drop).map_err(|no| format!("{no:?}"))
}
