//! Evidence from the card: last four digits, wallet device, BIN and brand.

use crate::basics::card::TruncatedCard;
use crate::matching::MatchEvidence;
use crate::sale::{CardWallet, Sale};

/// Compares the last four digits. The bank reports the digits of the card, or of the wallet's
/// device.
pub(super) fn compare_last4(claim: &TruncatedCard, sale: &Sale) -> Option<MatchEvidence> {
    let told = claim.last4.as_deref()?;
    if sale.is_device_last4(told) {
        return Some(MatchEvidence::CardLast4);
    }
    match sale.card.last4.as_deref()? {
        own if own == told => Some(MatchEvidence::CardLast4),
        _ => (!may_be_device(claim, sale)).then_some(MatchEvidence::ContradictsCardLast4),
    }
}

/// Returns the evidence that the digits are the device's and not the card's.
pub(super) fn compare_device(claim: &TruncatedCard, sale: &Sale) -> Option<MatchEvidence> {
    let told = claim.last4.as_deref()?;
    let is_device = sale.is_device_last4(told) && sale.card.last4.as_deref() != Some(told);
    is_device.then_some(MatchEvidence::DeviceLast4)
}

/// Checks whether the bank may report the number of a wallet's device, which shares no digits with
/// the card's.
fn may_be_device(claim: &TruncatedCard, sale: &Sale) -> bool {
    match (&sale.wallet, claim.last4.as_deref()) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(CardWallet { device_last4: Some(_) }), Some(told)) => sale.is_device_last4(told),
        (Some(CardWallet { device_last4: None }), told) => sale.card.last4.as_deref() != told,
    }
}

/// Compares BINs of 6 and of 8 digits as far as both go.
pub(super) fn compare_bin(claim: &TruncatedCard, sale: &Sale) -> Option<MatchEvidence> {
    if compare_bin_digits(claim.bin.as_deref()?, sale.card.bin.as_deref()?)? {
        return Some(MatchEvidence::CardBin);
    }
    (!may_be_device(claim, sale)).then_some(MatchEvidence::ContradictsCardBin)
}

fn compare_bin_digits(told: &str, own: &str) -> Option<bool> {
    let length = told.len().min(own.len());
    (length >= 6).then(|| told.get(..length) == own.get(..length))
}

/// Compares brands. Processors and banks name a card by either of two brands. Cards of the same BIN
/// are of the same brand under any name.
pub(super) fn compare_brand(claim: &TruncatedCard, sale: &TruncatedCard) -> Option<MatchEvidence> {
    let (told, own) = (claim.brand?, sale.brand?);
    let same_bin = claim
        .bin
        .as_deref()
        .zip(sale.bin.as_deref())
        .and_then(|(told, own)| compare_bin_digits(told, own))
        == Some(true);
    if told == own {
        return Some(MatchEvidence::CardBrand);
    }
    (!same_bin && !told.can_share_card(own)).then_some(MatchEvidence::ContradictsCardBrand)
}
