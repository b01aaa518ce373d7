//! Reads the alerts that Ethoca pushes, or returns when polled, item by item.

mod alert_time;

use domain::basics::card::{CardBrand, TruncatedCard, has_card_number, truncate_card_numbers};
use domain::network::claim::{AlertKind, AlertNetwork, Claim, UnusedField, UnusedFieldReason};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::bytes::decode_text;
use super::delivery::{BrokenPiece, split_items};
use super::fields::EthocaFields;
use super::mask::{fold_name, mask_card_numbers};
use super::members::parse_members;
use crate::pushed_alert::{PushedAlert, UnreadableAlert, UnreadableDelivery};
use alert_time::{read_alerted_at, read_time};

/// The longest id of an alert. Ethoca's ids have 25 characters; resellers' ids may be longer.
const LONGEST_ID: usize = 64;

/// Reads a delivery, `{"alerts": [...]}`, in any encoding of Unicode. Times without an offset are
/// in `zone`. An alert without a plausible time gets its arrival, `now`; no alert is newer than
/// `now`.
///
/// # Errors
/// [`UnreadableDelivery`] where no alerts can be recognised. A bad alert does not spoil the others:
/// the bad alert is an error item. The rest of a delivery that is cut off is an error item, too.
pub fn read_push(
    body: &[u8],
    zone: &TimeZone,
    now: Timestamp,
) -> Result<Vec<PushedAlert>, UnreadableDelivery> {
    let text = decode_text(body);
    let items = split_items(&text).map_err(|why| UnreadableDelivery {
        why: truncate_card_numbers(&why),
        raw: mask_card_numbers(&text),
    })?;
    let broken = items.broken.into_iter().map(|piece| Err(to_unreadable_alert(piece)));
    Ok(items.whole.into_iter().map(|alert| read_alert(alert, zone, now)).chain(broken).collect())
}

/// Reads a page of polled alerts: as a push, but an object without a list is an empty page.
///
/// # Errors
/// As of [`read_push`].
pub(super) fn read_page(
    body: &[u8],
    zone: &TimeZone,
    now: Timestamp,
) -> Result<Vec<PushedAlert>, UnreadableDelivery> {
    let is_empty = parse_members(&decode_text(body)).is_ok_and(|members| {
        members
            .iter()
            .all(|(name, _)| !matches!(fold_name(name).as_str(), "alerts" | "alertid" | "ethocaid"))
    });
    if is_empty { Ok(Vec::new()) } else { read_push(body, zone, now) }
}

/// Reads a quarantined payload, an alert or a delivery of a single alert, as [`read_push`] would
/// now.
///
/// # Errors
/// [`UnreadableAlert`] names the missing part, or that the payload does not hold exactly one alert.
pub fn read_quarantined(raw: &str, zone: &TimeZone, now: Timestamp) -> PushedAlert {
    let several = |count: usize| format!("it holds {count} alerts");
    let other =
        |why: String| UnreadableAlert { vendor_alert_id: None, why, raw: mask_card_numbers(raw) };
    let mut alerts = read_push(raw.as_bytes(), zone, now).or_else(|whole| {
        let is_object = raw.trim_start().starts_with('{');
        if is_object { Ok(vec![read_alert(raw, zone, now)]) } else { Err(other(whole.why)) }
    })?;
    match alerts.pop() {
        Some(only) if alerts.is_empty() => only,
        last => Err(other(several(alerts.len() + usize::from(last.is_some())))),
    }
}

/// Reads an alert.
///
/// # Errors
/// [`UnreadableAlert`] names the missing part.
pub fn read_alert(alert: &str, zone: &TimeZone, now: Timestamp) -> PushedAlert {
    let bad = |vendor_alert_id, why| UnreadableAlert {
        vendor_alert_id,
        why,
        raw: mask_card_numbers(alert),
    };
    let Some(mut fields) = EthocaFields::from_json(alert) else {
        return Err(bad(None, "it is no object".to_owned()));
    };
    let id = fields
        .read_required(&["alertid", "ethocaid"])
        .unwrap_or_default()
        .filter(|id| is_usable_id(id));
    read_claim(&mut fields, id.clone(), zone, now)
        .map(|claim| Claim { left_out: fields.into_left_out(), ..claim })
        .map_err(|why| bad(id, why))
}

/// Converts a piece that is no JSON. If the delivery continues behind the piece, the only id in the
/// piece acknowledges the alert: a retry would bring the same piece. A piece that is cut off gets
/// no id, because the network sends the whole alert again.
fn to_unreadable_alert(piece: BrokenPiece<'_>) -> UnreadableAlert {
    let ids: Vec<&str> = piece
        .text
        .match_indices("\"alertId\"")
        .filter_map(|(at, name)| quoted_behind(&piece.text[at + name.len()..]))
        .collect();
    let only = Some(ids.as_slice())
        .filter(|_| !piece.is_cut_off)
        .and_then(|ids| if let [only] = ids { Some(*only) } else { None });
    let id = only.filter(|id| is_usable_id(id)).map(str::to_owned);
    UnreadableAlert {
        vendor_alert_id: id,
        why: "it is no JSON, or not all of it".to_owned(),
        raw: mask_card_numbers(piece.text),
    }
}

fn quoted_behind(text: &str) -> Option<&str> {
    let (id, _) =
        text.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?.split_once('"')?;
    Some(id.trim()).filter(|id| !id.contains('\\'))
}

/// Checks whether an id can be sent back to the network unchanged: no card number may need
/// truncation.
fn is_usable_id(id: &str) -> bool {
    let is_plain =
        id.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') && !id.contains('*');
    (1..=LONGEST_ID).contains(&id.len()) && is_plain && !has_card_number(id)
}

fn read_claim(
    fields: &mut EthocaFields<'_>,
    id: Option<String>,
    zone: &TimeZone,
    now: Timestamp,
) -> Result<Claim, String> {
    fields.read_required(&["alertid", "ethocaid"])?;
    let vendor_alert_id = id.ok_or("it has no alertId that fits")?;
    let amount = fields.read_money("amount", "currency", None).ok_or("it has no amount")??;
    let chargeback =
        fields.read_money("chargebackamount", "chargebackcurrency", Some(amount)).transpose()?;
    let kind = parse_alert_kind(
        &fields.read_required(&["alerttype", "type"])?.ok_or("it has no alertType")?,
    )?;
    Ok(Claim {
        network: AlertNetwork::Ethoca,
        vendor_alert_id,
        kind,
        alerted_at: read_alerted_at(fields, zone, now),
        amount,
        chargeback_amount: chargeback.filter(|amount| amount.minor > 0),
        descriptor: fields.read_text(&["merchantdescriptor", "descriptor"]).unwrap_or_default(),
        transacted: read_time(fields, &["transactiontimestamp", "transactiondate"], now)
            .map(|(_, time)| time.to_reported_time()),
        card: read_card(fields),
        arn: fields.read_reference(&["arn", "acquirerreferencenumber"]),
        auth_code: fields.read_reference(&["authcode", "authorizationcode"]),
        transaction_id: fields.read_reference(&["transactionid"]),
        issuer: fields.read_text(&["issuer", "issuername"]),
        reason_code: fields.read_text(&["chargebackreasoncode", "reasoncode"]),
        mcc: fields.read_text(&["mcc", "merchantcategorycode"]),
        is_3ds: read_is_3ds(fields),
        initiated_by: fields.read_text(&["initiatedby"]),
        transaction_type: fields.read_text(&["transactiontype"]),
        source: fields.read_text(&["source"]),
        left_out: Vec::new(),
    })
}

/// Parses the kind of alert, in every attested spelling.
fn parse_alert_kind(text: &str) -> Result<AlertKind, String> {
    match fold_name(text).as_str() {
        "confirmedfraud"
        | "issueralert"
        | "fraudreporteralert"
        | "ethocafraud"
        | "ethocaconfirmedfraud"
        | "fraud" => Ok(AlertKind::Fraud),
        "customerdispute"
        | "customerdisputealert"
        | "ethocadispute"
        | "ethocacustomerdispute"
        | "dispute" => Ok(AlertKind::Dispute),
        _ => Err(format!("its alertType is unknown: {text}")),
    }
}

/// Reads the storable parts of the card. Separate fields take precedence over the number, which is
/// truncated first.
fn read_card(fields: &mut EthocaFields<'_>) -> TruncatedCard {
    let number = read_card_part(fields, &["cardnumber", "pan", "accountnumber"], |number| {
        Some(TruncatedCard::from_number(number))
            .filter(|card| card.bin.is_some() || card.last4.is_some())
    });
    let number = number.unwrap_or_default();
    let bin = read_card_part(fields, &["cardbin", "bin"], first_digits);
    let bin = match (bin, number.bin) {
        // The longer of two BINs that agree has more information.
        (Some(given), Some(cut)) if cut.starts_with(&given) => Some(cut),
        (given, cut) => given.or(cut),
    };
    let last4 = read_card_part(fields, &["cardlast4", "last4", "cardlastfour"], last_digits);
    TruncatedCard {
        brand: bin.as_deref().and_then(CardBrand::from_digits).or(number.brand),
        bin,
        last4: last4.or(number.last4),
    }
}

/// Reads a field of the card. If the form is wrong, the field is noted without its value.
fn read_card_part<T>(
    fields: &mut EthocaFields<'_>,
    names: &[&str],
    read: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let (name, text) = fields.read_unmasked(names)?;
    let read = read(&text);
    if read.is_none() {
        fields.leave_out(UnusedField::for_card_field(&name));
    }
    read
}

/// Returns the BIN: six to eight digits, alone or before the masking characters, or the first
/// digits of a whole number.
fn first_digits(text: &str) -> Option<String> {
    let plain: String = text.chars().filter(|letter| !matches!(letter, ' ' | '-')).collect();
    let length = plain.bytes().take_while(u8::is_ascii_digit).count();
    let is_bin = (6..=8).contains(&length)
        && !plain[length..].contains(|letter: char| letter.is_ascii_digit());
    if is_bin { Some(plain[..length].to_owned()) } else { TruncatedCard::from_number(text).bin }
}

/// Returns the last four digits, alone or at the end of a masked number. Leading zeros that a
/// numeric field has lost are restored.
fn last_digits(text: &str) -> Option<String> {
    let is_short = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_short { Some(format!("{text:0>4}")) } else { TruncatedCard::from_number(text).last4 }
}

/// Reads whether the payment was 3-D Secure. An unrecognised value is noted.
fn read_is_3ds(fields: &mut EthocaFields<'_>) -> Option<bool> {
    let (name, text) = fields.read_unmasked(&["is3dsecure", "is3ds"])?;
    let answer = yes_or_no(&text);
    if answer.is_none() && !matches!(fold_name(&text).as_str(), "notavailable" | "na" | "unknown") {
        fields.leave_out(UnusedField::new(&name, &text, UnusedFieldReason::WrongForm));
    }
    answer
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "true" | "y" | "1" => Some(true),
        "no" | "false" | "n" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
