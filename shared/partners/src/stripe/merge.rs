//! What Stripe has of a payment, put onto the sale as we know it. Where both speak, Stripe is right.

use domain::card::{Brand, Card, without_card_numbers};
use domain::sale::{Dispute, Payment, RefundSeen, RefundState, Sale};
use domain::time::Moment;

use super::Seat;
use super::amount::from_stripe;
use super::wire::{CardDetails, Charge, Expandable, PaymentIntent, at};
use crate::PartnerError;

/// A payment as Stripe has it: the intent, if there is one, and its last charge, if there is one.
pub(super) struct Found {
    pub intent: Option<PaymentIntent>,
    pub charge: Option<Charge>,
}

impl Found {
    pub fn of(mut intent: PaymentIntent) -> Self {
        let charge = match intent.latest_charge.take() {
            Some(Expandable::Object(charge)) => Some(*charge),
            _ => None,
        };
        Self { intent: Some(intent), charge }
    }

    /// The payment intent's id, else the one the charge names, else the charge's own.
    pub fn reference(&self) -> &str {
        let intent = self.intent.as_ref().map(|intent| intent.id.as_str());
        let named = || self.charge.as_ref().and_then(|charge| charge.payment_intent.as_ref().map(Expandable::id));
        let charge = || self.charge.as_ref().map(|charge| charge.id.as_str());
        intent.or_else(named).or_else(charge).unwrap_or_default()
    }

    /// The parameter by which lists are filtered to this payment.
    pub fn key(&self) -> (&'static str, &str) {
        (super::kind_of(self.reference()), self.reference())
    }

    /// Authorised and not captured yet, so that a void is enough.
    fn is_unsettled(&self) -> bool {
        let waits = |intent: &PaymentIntent| matches!(intent.status.as_str(), "requires_capture" | "processing");
        let held = |charge: &Charge| matches!(charge.status.as_str(), "succeeded" | "pending") && !charge.captured && !charge.refunded;
        self.intent.as_ref().map_or_else(|| self.charge.as_ref().is_some_and(held), waits)
    }

    /// Whether the charge itself tells of a dispute.
    pub fn is_disputed(&self) -> bool {
        self.charge.as_ref().is_some_and(|charge| charge.disputed)
    }

    fn is_captured(&self) -> bool {
        self.charge.as_ref().is_some_and(|charge| charge.status == "succeeded" && charge.captured)
    }
}

/// The sale with Stripe's facts. Refunds and disputes are lists of their own.
pub(super) fn onto(mut sale: Sale, found: &Found, seat: &Seat, connected: Option<&str>) -> Result<Sale, PartnerError> {
    let reference = found.reference().to_owned();
    let payment = Payment {
        integration: seat.integration.clone(),
        account: connected.or(seat.account.as_deref()).map(str::to_owned),
        reference: reference.clone(),
        charge: found.charge.as_ref().map(|charge| charge.id.clone()),
    };
    sale.id = payment.sale_id(&seat.organisation);
    sale.transaction_id = reference;
    sale.payment = Some(payment);
    sale.merchant = sale.merchant.or_else(|| seat.merchant.clone());
    sale.standing.unsettled = found.is_unsettled();
    sale.standing.failed = !found.is_captured() && !found.is_unsettled();
    match (&found.charge, &found.intent) {
        (Some(charge), _) => with_charge(sale, charge),
        (None, Some(intent)) => {
            sale.amount = from_stripe(intent.amount, &intent.currency)?;
            sale.authorised = Moment::of(at(intent.created)?);
            Ok(sale)
        }
        (None, None) => Ok(sale),
    }
}

/// The refunds without the one by which a partial capture let the rest of its authorisation go: no money went back.
pub(super) fn without_release(mut refunds: Vec<RefundSeen>, found: &Found) -> Result<Vec<RefundSeen>, PartnerError> {
    let Some(charge) = found.charge.as_ref().filter(|charge| charge.captured) else { return Ok(refunds) };
    let released = from_stripe(charge.amount.saturating_sub(charge.amount_captured.unwrap_or(charge.amount)), &charge.currency)?;
    let counted = from_stripe(charge.amount_refunded, &charge.currency)?.minor;
    let live = |refund: &&RefundSeen| !matches!(refund.state, RefundState::Failed(_));
    let listed: u64 = refunds.iter().filter(live).map(|refund| refund.amount.minor).fold(0, u64::saturating_add);
    if released.minor > 0 && listed.saturating_add(released.minor) > counted {
        // Stripe lists newest first; the release came with the capture, before any refund.
        if let Some(at) = refunds.iter().rposition(|refund| refund.amount == released && refund.alert.is_none()) {
            refunds.remove(at);
        }
    }
    Ok(refunds)
}

/// The dispute that matters most: one that gave the money back, one that forbids a refund, the latest.
pub(super) fn weightiest(disputes: Vec<Dispute>) -> Option<Dispute> {
    disputes.into_iter().max_by_key(|dispute| (dispute.prevented, !dispute.refundable, dispute.opened))
}

fn with_charge(mut sale: Sale, charge: &Charge) -> Result<Sale, PartnerError> {
    let authorised = from_stripe(charge.amount, &charge.currency)?;
    let captured = from_stripe(charge.amount_captured.unwrap_or(charge.amount), &charge.currency)?;
    sale.amount = if charge.captured { captured } else { authorised };
    sale.authorised_amount = (authorised != sale.amount).then_some(authorised);
    sale.authorised = Moment::of(at(charge.created)?);
    sale.descriptor = charge.calculated_statement_descriptor.clone().or(sale.descriptor);
    if let Some(card) = charge.payment_method_details.as_ref().and_then(|method| method.card.as_ref()) {
        // As the intake reads an alert's: one that looks like a card number is cut alike on both sides.
        sale.network_transaction_id = card.network_transaction_id.as_deref().map(without_card_numbers).or(sale.network_transaction_id);
        sale.auth_code = card.authorization_code.clone().or(sale.auth_code);
        sale.card = with_card(sale.card, card);
    }
    Ok(sale)
}

fn with_card(known: Card, card: &CardDetails) -> Card {
    let digits =
        |text: &Option<String>, most: usize| text.clone().filter(|text| text.len() <= most && text.bytes().all(|b| b.is_ascii_digit()));
    // A longer BIN of the order's that agrees says more.
    let bin = digits(&card.iin, 8).filter(|iin| !known.bin.as_ref().is_some_and(|bin| bin.starts_with(iin.as_str())));
    let bin = bin.or(known.bin);
    let brand = card.brand.as_deref().and_then(Brand::named).or(known.brand);
    Card { brand, last4: digits(&card.last4, 4).or(known.last4), bin }
}

#[cfg(test)]
mod tests;
