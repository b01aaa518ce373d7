//! What a test may turn and ask.

use axum::http::Method;
use serde_json::Value;

use super::conversation::{self, fingerprint};
use super::desk::{Answer, Desk, PLATFORM};
use super::disputes::{self, Opening};
use super::faults::Fault;
use super::form::Form;
use super::memory::Memory;
use super::requests::{Call, Received};
use super::webhooks::Delivery;
use super::{Stripe, refunds, subscriptions};

impl Stripe {
    /// The next matching calls fail.
    pub fn fault(&self, fault: Fault) {
        self.change(|memory, _| memory.faults.push(fault));
    }

    /// No more faults wait.
    pub fn recover(&self) {
        self.change(|memory, _| memory.faults.clear());
    }

    /// Held answers go out.
    pub fn release(&self) {
        self.change(|memory, _| memory.executing.clear());
        self.inner.releases.send_modify(|count| *count += 1);
    }

    /// The next `count` refunds become pending.
    pub fn pending_refunds(&self, count: u32) {
        self.change(|memory, _| memory.knobs.pending_refunds = count);
    }

    /// The next refund fails for this reason, such as `expired_or_canceled_card`.
    pub fn failing_refund(&self, reason: &str) {
        self.change(|memory, _| memory.knobs.failing_refund = Some(reason.to_owned()));
    }

    /// Ends a refund: it succeeds, or fails for the reason given.
    ///
    /// # Errors
    /// If there is no such refund, or it ended already.
    pub fn settle_refund(&self, refund: &str, failure: Option<&str>) -> Answer {
        self.at_desk_of(refund, |desk| refunds::settle(desk, refund, failure))
    }

    /// The acquirer's reference of a refund becomes known.
    ///
    /// # Errors
    /// If there is no such refund.
    pub fn refer_refund(&self, refund: &str) -> Answer {
        self.at_desk_of(refund, |desk| refunds::refer(desk, refund))
    }

    /// Opens a dispute of a charge, named by its id or its payment intent's.
    ///
    /// # Errors
    /// If there is no such charge.
    pub fn open_dispute(&self, charge: &str, opening: &Opening) -> Answer {
        self.at_desk_of(charge, |desk| Ok(disputes::open(desk, &charge_of(desk, charge)?, opening)))
    }

    /// The bank warns of a charge, named by its id or its payment intent's.
    ///
    /// # Errors
    /// If there is no such charge.
    pub fn warn_of_fraud(&self, charge: &str, fraud_type: &str) -> Answer {
        self.at_desk_of(charge, |desk| {
            Ok(disputes::warn(desk, &charge_of(desk, charge)?, fraud_type))
        })
    }

    /// Bills the next period of a subscription.
    ///
    /// # Errors
    /// If there is no such subscription, or it is cancelled.
    pub fn renew_subscription(&self, subscription: &str) -> Answer {
        self.at_desk_of(subscription, |desk| subscriptions::renew(desk, subscription))
    }

    /// The key gets 401 from now on.
    pub fn revoke_key(&self, key: &str) {
        self.change(|memory, _| memory.knobs.revoked_keys.insert(fingerprint(key)));
    }

    /// The key belongs to this account, and to no other.
    pub fn assign_key(&self, key: &str, account: &str) {
        self.change(|memory, _| {
            memory.knobs.accounts_of_keys.insert(fingerprint(key), account.to_owned())
        });
    }

    /// How long new objects stay out of search, and whether search is there at all.
    pub fn search(&self, lag_seconds: i64, enabled: bool) {
        self.change(|memory, _| {
            memory.knobs.search_lag_seconds = lag_seconds;
            memory.knobs.search_enabled = enabled;
        });
    }

    /// Connected accounts have the funds to give their transfers back, or do not.
    pub fn sellers_can_pay(&self, can_pay: bool) {
        self.change(|memory, _| memory.knobs.sellers_can_pay = can_pay);
    }

    /// Webhooks wait for [`Stripe::deliver_webhooks`], or no longer.
    pub fn pause_webhooks(&self, paused: bool) {
        self.change(|memory, _| memory.knobs.webhooks_paused = paused);
    }

    /// Sends what is undelivered; gives how many were taken.
    pub async fn deliver_webhooks(&self) -> usize {
        self.send(self.take_deliveries(|delivery| !delivery.delivered)).await
    }

    /// Sends an event once more, delivered or not; gives how many endpoints took it.
    pub async fn redeliver(&self, event: &str) -> usize {
        self.send(self.take_deliveries(|delivery| delivery.event == event)).await
    }

    /// Forgets everything.
    pub fn reset(&self) {
        self.change(|memory, _| *memory = Memory::default());
    }

    /// Every request received, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<Received> {
        self.read(|memory| memory.requests.clone())
    }

    /// Every refund of every account, newest first.
    #[must_use]
    pub fn refunds(&self) -> Vec<Value> {
        self.objects("refund")
    }

    /// Every object of a kind (`charge`, `subscription`, ...) of every account, newest first.
    #[must_use]
    pub fn objects(&self, kind: &str) -> Vec<Value> {
        self.read(|memory| memory.newest_first(kind).map(|kept| kept.value.clone()).collect())
    }

    /// Every webhook, oldest first.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.read(|memory| memory.deliveries.clone())
    }

    /// Calls the API in process, as the platform, with a form such as `amount=4900&currency=usd`:
    /// status and body.
    #[must_use]
    pub fn call(&self, method: Method, path: &str, form: &str) -> (u16, Value) {
        let call = Call {
            method,
            path: path.to_owned(),
            query: String::new(),
            form: Form::decode(&[form]),
            secret: Some("sk_test_in_process".to_owned()),
            idempotency_key: None,
            account: None,
            version: None,
        };
        let (_, reply) = self.change(|memory, now| conversation::hear(memory, &call, now));
        (reply.status, serde_json::from_str(&reply.body).unwrap_or_default())
    }

    /// Works as the account that the object belongs to.
    fn at_desk_of(&self, id: &str, work: impl FnOnce(&mut Desk) -> Answer) -> Answer {
        self.change(|memory, now| {
            let account = memory.get(id).map_or(PLATFORM.to_owned(), |kept| kept.account.clone());
            work(&mut Desk { memory, account: &account, now, request: ("", None) })
        })
    }
}

/// The charge of this id, or of this payment intent.
fn charge_of(desk: &Desk, id: &str) -> Answer {
    let intent = desk.find("payment_intent", id);
    let charge = intent.and_then(|intent| intent["latest_charge"].as_str()).unwrap_or(id);
    desk.get("charge", charge, "charge")
}
