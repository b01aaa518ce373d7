//! Stripe's webhooks: signed events.

use aws_lc_rs::hmac;
use domain::sale::{ProcessorDispute, ProcessorRefund};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::wire::{self, Expandable};
use crate::PartnerError;

/// The largest difference between a signature's time and ours, either way: the tolerance of
/// Stripe's own libraries.
const TOLERANCE_SECONDS: u64 = 300;

/// The error of an event that Stripe did not sign with this secret, or not now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature is missing, wrong or too old")]
pub struct BadSignature;

/// Verifies an event's `Stripe-Signature` header over the exact bytes of the body. Any of several
/// `v1` signatures may match, because a secret can be rolled.
///
/// # Errors
/// [`BadSignature`] if no signature matches or the time is more than five minutes away.
pub fn verify_webhook(
    secret: &str,
    header: &str,
    body: &[u8],
    now: Timestamp,
) -> Result<(), BadSignature> {
    let parts = || header.split(',').filter_map(|part| part.trim().split_once('='));
    let time =
        parts().find(|(name, _)| *name == "t").map(|(_, value)| value).ok_or(BadSignature)?;
    let seconds: i64 = time.parse().map_err(|_| BadSignature)?;
    if seconds.abs_diff(now.as_second()) > TOLERANCE_SECONDS {
        return Err(BadSignature);
    }
    let signed = [time.as_bytes(), b".", body].concat();
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let fits =
        |text: &str| decode_hex(text).is_some_and(|tag| hmac::verify(&key, &signed, &tag).is_ok());
    if parts().any(|(name, value)| name == "v1" && fits(value)) {
        Ok(())
    } else {
        Err(BadSignature)
    }
}

/// The payment of an event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventPayment {
    /// The payment intent.
    pub payment: Option<String>,
    /// The charge.
    pub charge: Option<String>,
    /// The connected account of the payment.
    pub account: Option<String>,
}

/// A processor's event, as far as we handle the event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProcessorEvent {
    /// A refund was created, confirmed, or failed.
    Refund {
        /// The refund as of now.
        refund: ProcessorRefund,
        /// The payment of the refund.
        of: EventPayment,
    },
    /// A charge was refunded; the event does not include the refund itself.
    ChargeRefunded {
        /// The payment.
        of: EventPayment,
    },
    /// A dispute was opened.
    DisputeOpened {
        /// The dispute.
        dispute: ProcessorDispute,
        /// The payment of the dispute.
        of: EventPayment,
    },
    /// Any event that we ignore.
    Other {
        /// The processor's name of the event.
        kind: String,
    },
}

/// Parses an event whose signature was verified.
///
/// # Errors
/// [`PartnerError::Unreadable`] where the body is no event, or a handled event lacks a mandatory
/// field.
pub fn parse_event(body: &[u8]) -> Result<ProcessorEvent, PartnerError> {
    let event: StripeEvent = parse_object(body, "an event")?;
    let object = event.data.object.get().as_bytes();
    match event.kind.as_str() {
        "refund.created" | "refund.updated" | "refund.failed" | "charge.refund.updated" => {
            let refund: wire::StripeRefund = parse_object(object, "a refund")?;
            let (payment, charge) = (
                object_id_of(refund.payment_intent.as_ref()),
                object_id_of(refund.charge.as_ref()),
            );
            Ok(ProcessorEvent::Refund {
                refund: refund.to_refund()?,
                of: EventPayment { payment, charge, account: event.account },
            })
        }
        "charge.refunded" => {
            let charge: wire::StripeCharge = parse_object(object, "a charge")?;
            let payment = object_id_of(charge.payment_intent.as_ref());
            Ok(ProcessorEvent::ChargeRefunded {
                of: EventPayment { payment, charge: Some(charge.id), account: event.account },
            })
        }
        "charge.dispute.created" => {
            let dispute: wire::StripeDispute = parse_object(object, "a dispute")?;
            let (payment, charge) = (
                object_id_of(dispute.payment_intent.as_ref()),
                object_id_of(dispute.charge.as_ref()),
            );
            Ok(ProcessorEvent::DisputeOpened {
                dispute: dispute.to_dispute()?,
                of: EventPayment { payment, charge, account: event.account },
            })
        }
        _ => Ok(ProcessorEvent::Other { kind: event.kind }),
    }
}

#[derive(Deserialize)]
struct StripeEvent {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    account: Option<String>,
    data: StripeEventData,
}

#[derive(Deserialize)]
struct StripeEventData {
    object: Box<RawValue>,
}

fn parse_object<T: serde::de::DeserializeOwned>(
    body: &[u8],
    what: &str,
) -> Result<T, PartnerError> {
    serde_json::from_slice(body)
        .map_err(|error| PartnerError::from_json_error(&format!("{what} of Stripe's"), &error))
}

fn object_id_of(named: Option<&Expandable<wire::StripeObjectId>>) -> Option<String> {
    named.map(|named| named.object_id().to_owned())
}

fn decode_hex(hex: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pair = |pair: &[u8]| Some(digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?);
    hex.as_bytes().chunks(2).map(pair).collect()
}

#[cfg(test)]
mod tests;
