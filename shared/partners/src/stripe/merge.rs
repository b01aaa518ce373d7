//! Merges Stripe's payment onto the stored sale. Stripe's facts take precedence.

use domain::basics::card::{CardBrand, TruncatedCard, truncate_card_numbers};
use domain::basics::money::Money;
use domain::basics::time::ReportedTime;
use domain::sale::{
    CardWallet, ProcessorDispute, ProcessorPayment, ProcessorRefund, RefundState, Sale,
};

use super::AccountContext;
use super::amount::{from_stripe, refund_step};
use super::wire::{
    Expandable, StripeCardDetails, StripeCharge, StripePaymentIntent, StripePresentment,
    to_timestamp,
};
use crate::PartnerError;

/// A payment at Stripe: the intent, if any, and the last charge, if any.
pub(super) struct StripePayment {
    pub intent: Option<StripePaymentIntent>,
    pub charge: Option<StripeCharge>,
}

impl StripePayment {
    pub fn from_intent(mut intent: StripePaymentIntent) -> Self {
        let charge = match intent.latest_charge.take() {
            Some(Expandable::Object(charge)) => Some(*charge),
            _ => None,
        };
        Self { intent: Some(intent), charge }
    }

    /// Returns the payment intent's id, otherwise the intent's id in the charge, otherwise the
    /// charge's own id.
    pub fn payment_reference(&self) -> &str {
        let intent = self.intent.as_ref().map(|intent| intent.id.as_str());
        let named = || {
            self.charge
                .as_ref()
                .and_then(|charge| charge.payment_intent.as_ref().map(Expandable::object_id))
        };
        let charge = || self.charge.as_ref().map(|charge| charge.id.as_str());
        intent.or_else(named).or_else(charge).unwrap_or_default()
    }

    /// Returns the parameter that filters lists to this payment.
    pub fn filter_parameter(&self) -> (&'static str, &str) {
        (super::payment_parameter(self.payment_reference()), self.payment_reference())
    }

    /// Returns the captured amount in Stripe's units. After a partial capture an intent still waits
    /// for the next capture, but already has money.
    fn captured_amount(&self) -> u64 {
        let charge = self.charge.as_ref().filter(|charge| charge.status == "succeeded");
        let of_charge = charge.map_or(0, |charge| {
            charge.amount_captured.unwrap_or(if charge.captured { charge.amount } else { 0 })
        });
        self.intent.as_ref().map_or(0, |intent| intent.amount_received).max(of_charge)
    }

    /// Returns the amount that is still capturable after a partial capture.
    fn capturable_amount(&self) -> u64 {
        let waits = self
            .intent
            .as_ref()
            .filter(|intent| intent.status == "requires_capture" && self.captured_amount() > 0);
        waits.map_or(0, |intent| intent.amount_capturable)
    }

    /// Checks whether the payment is authorised without any capture: a void is then enough.
    fn is_unsettled(&self) -> bool {
        if self.captured_amount() > 0 {
            return false;
        }
        let waits = |intent: &StripePaymentIntent| {
            matches!(intent.status.as_str(), "requires_capture" | "processing")
        };
        let held = |charge: &StripeCharge| {
            matches!(charge.status.as_str(), "succeeded" | "pending")
                && !charge.captured
                && !charge.refunded
        };
        self.intent.as_ref().map_or_else(|| self.charge.as_ref().is_some_and(held), waits)
    }

    /// Checks whether the charge itself is disputed.
    pub fn is_disputed(&self) -> bool {
        self.charge.as_ref().is_some_and(|charge| charge.disputed)
    }

    fn payment_currency(&self) -> Option<&str> {
        let charged = self.charge.as_ref().map(|charge| charge.currency.as_str());
        charged.or_else(|| self.intent.as_ref().map(|intent| intent.currency.as_str()))
    }

    /// Returns the amount that the cardholder saw, where in another currency.
    fn presented_amount(&self) -> Option<Money> {
        let charge = self.charge.as_ref().and_then(|charge| charge.presentment_details.as_ref());
        let intent = || self.intent.as_ref().and_then(|intent| intent.presentment_details.as_ref());
        let presented = charge.or_else(intent).and_then(StripePresentment::to_money)?;
        let is_own = self
            .payment_currency()
            .is_some_and(|own| own.eq_ignore_ascii_case(presented.currency.code()));
        (!is_own).then_some(presented)
    }

    fn is_captured(&self) -> bool {
        self.captured_amount() > 0
    }
}

/// Merges Stripe's facts onto the sale. Refunds and disputes are separate lists.
pub(super) fn merge_onto_sale(
    mut sale: Sale,
    found: &StripePayment,
    seat: &AccountContext,
    connected: Option<&str>,
) -> Result<Sale, PartnerError> {
    let payment = to_processor_payment(found, seat, connected);
    sale.id = payment.sale_id(&seat.organisation);
    sale.transaction_id.clone_from(&payment.reference);
    sale.payment = Some(payment);
    sale.merchant = sale.merchant.or_else(|| seat.merchant.clone());
    sale.standing.unsettled = found.is_unsettled();
    sale.standing.failed = !found.is_captured() && !found.is_unsettled();
    sale.presented = found.presented_amount().or(sale.presented);
    match (&found.charge, &found.intent) {
        (Some(charge), _) => {
            let open = from_stripe(found.capturable_amount(), &charge.currency)?;
            sale.standing.uncaptured = (open.minor > 0).then_some(open);
            with_charge(sale, charge, found.captured_amount())
        }
        (None, Some(intent)) => {
            sale.amount = from_stripe(intent.amount, &intent.currency)?;
            sale.authorised = ReportedTime::from_instant(to_timestamp(intent.created)?);
            Ok(sale)
        }
        (None, None) => Ok(sale),
    }
}

/// Returns the payment with the facts that its refunds need.
fn to_processor_payment(
    found: &StripePayment,
    seat: &AccountContext,
    connected: Option<&str>,
) -> ProcessorPayment {
    let reference = found.payment_reference().to_owned();
    let account = connected.or(seat.account.as_deref()).map(str::to_owned);
    let charge = found.charge.as_ref();
    ProcessorPayment {
        is_transferred: charge.is_some_and(StripeCharge::is_transferred),
        has_application_fee: charge.is_some_and(StripeCharge::has_application_fee),
        refund_step: found.payment_currency().and_then(refund_step),
        ..ProcessorPayment::new_minimal(
            seat.integration.clone(),
            account,
            reference,
            charge.map(|charge| charge.id.clone()),
        )
    }
}

/// Removes the refund that released the rest of an authorisation after a partial capture or a void:
/// such a release returned no money.
pub(super) fn without_release(
    mut refunds: Vec<ProcessorRefund>,
    found: &StripePayment,
) -> Result<Vec<ProcessorRefund>, PartnerError> {
    let Some(charge) = &found.charge else { return Ok(refunds) };
    if !found.is_captured() {
        return Ok(Vec::new());
    }
    let let_go = charge
        .amount
        .saturating_sub(found.captured_amount())
        .saturating_sub(found.capturable_amount());
    let released = from_stripe(let_go, &charge.currency)?;
    let counted = from_stripe(charge.amount_refunded, &charge.currency)?.minor;
    let live = |refund: &&ProcessorRefund| !matches!(refund.state, RefundState::Failed(_));
    let listed: u64 =
        refunds.iter().filter(live).map(|refund| refund.amount.minor).fold(0, u64::saturating_add);
    if released.minor > 0 && listed.saturating_add(released.minor) > counted {
        // Stripe lists newest first; the release came with the capture, before any refund.
        if let Some(at) =
            refunds.iter().rposition(|refund| refund.amount == released && refund.alert.is_none())
        {
            refunds.remove(at);
        }
    }
    Ok(refunds)
}

/// Returns the dispute that matters most: a dispute that returned the money, then a dispute that
/// forbids a refund, then the latest.
pub(super) fn weightiest_dispute(disputes: Vec<ProcessorDispute>) -> Option<ProcessorDispute> {
    disputes
        .into_iter()
        .max_by_key(|dispute| (dispute.prevented, !dispute.refundable, dispute.opened))
}

fn with_charge(mut sale: Sale, charge: &StripeCharge, captured: u64) -> Result<Sale, PartnerError> {
    let authorised = from_stripe(charge.amount, &charge.currency)?;
    sale.amount = if captured > 0 { from_stripe(captured, &charge.currency)? } else { authorised };
    sale.authorised_amount = (authorised != sale.amount).then_some(authorised);
    sale.authorised = ReportedTime::from_instant(to_timestamp(charge.created)?);
    sale.descriptor = charge
        .calculated_statement_descriptor
        .as_deref()
        .map(truncate_card_numbers)
        .or(sale.descriptor);
    if let Some(card) = charge.charged_card() {
        // The intake truncates the ids of an alert in the same way: an id that looks like a card
        // number is then equal on both sides.
        sale.network_transaction_id = card
            .network_transaction_id
            .as_deref()
            .map(truncate_card_numbers)
            .or(sale.network_transaction_id);
        sale.auth_code =
            card.authorization_code().map(|code| truncate_card_numbers(code)).or(sale.auth_code);
        let wallet = card.wallet.as_ref().map(|wallet| CardWallet {
            device_last4: digits_up_to(wallet.dynamic_last4.as_ref(), 4),
        });
        sale.wallet = wallet.or(sale.wallet);
        sale.card = with_card(sale.card, card);
    }
    Ok(sale)
}

fn digits_up_to(text: Option<&String>, most: usize) -> Option<String> {
    text.filter(|text| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()))
        .cloned()
}

fn with_card(known: TruncatedCard, card: &StripeCardDetails) -> TruncatedCard {
    // A longer BIN of the order that agrees has more information.
    let bin = digits_up_to(card.iin.as_ref(), 8)
        .filter(|iin| !known.bin.as_ref().is_some_and(|bin| bin.starts_with(iin.as_str())));
    let bin = bin.or(known.bin);
    let named = [&card.brand, &card.network]
        .into_iter()
        .flatten()
        .find_map(|name| CardBrand::from_name(name));
    let brand = named.or(known.brand);
    TruncatedCard { brand, last4: digits_up_to(card.last4.as_ref(), 4).or(known.last4), bin }
}

#[cfg(test)]
mod tests;
