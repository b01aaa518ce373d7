//! Alerts as Ethoca pushes them or gives them when polled, read item by item.

use domain::basics::card::{Brand, Card, holds_card_number, without_card_numbers};
use domain::basics::time::{TimeReading, after};
use domain::network::claim::{Claim, Kind, LeftOut, LeftOutReason, Network};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::bytes::text_of;
use super::delivery::{Broken, items_of};
use super::fields::Fields;
use super::mask::{folded, masked};
use super::members::members;

/// Ethoca's ids have 25 characters; resellers' may be longer.
const LONGEST_ID: usize = 64;
/// So many seconds may a network's clock be ahead of ours.
const CLOCKS_APART: i64 = 300;

/// One alert of a delivery: what it claims, or why that cannot be read.
pub type Pushed = Result<Claim, UnreadableAlert>;

/// An alert that cannot be worked. It is kept and acknowledged, never lost.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the alert cannot be read: {why}")]
pub struct UnreadableAlert {
    /// The network's id of it, if it has one.
    pub vendor_alert_id: Option<String>,
    /// What is wrong with it.
    pub why: String,
    /// The alert as it came, card numbers truncated.
    pub raw: String,
}

/// A delivery that holds no alerts at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the delivery cannot be read: {why}")]
pub struct Unreadable {
    /// What is wrong with it.
    pub why: String,
    /// The delivery as it came, card numbers truncated.
    pub raw: String,
}

/// Reads a delivery, `{"alerts": [...]}`, in any encoding of Unicode. Times without an offset are
/// in `zone`; an alert without a time that can be meant is as old as its arrival, `now`, and none
/// is newer.
///
/// # Errors
/// [`Unreadable`] where no alerts can be made out. One bad alert does not spoil the others: it is
/// an error of its own, and so is what is behind the last whole one of a delivery that is cut off.
pub fn read_push(body: &[u8], zone: &TimeZone, now: Timestamp) -> Result<Vec<Pushed>, Unreadable> {
    let text = text_of(body);
    let items = items_of(&text)
        .map_err(|why| Unreadable { why: without_card_numbers(&why), raw: masked(&text) })?;
    let broken = items.broken.into_iter().map(|piece| Err(unreadable(piece)));
    Ok(items.whole.into_iter().map(|alert| read_alert(alert, zone, now)).chain(broken).collect())
}

/// Reads a page of alerts that were asked for: a push, but an object without a list is an empty
/// page.
///
/// # Errors
/// As of [`read_push`].
pub(super) fn read_page(
    body: &[u8],
    zone: &TimeZone,
    now: Timestamp,
) -> Result<Vec<Pushed>, Unreadable> {
    let is_empty = members(&text_of(body)).is_ok_and(|members| {
        members
            .iter()
            .all(|(name, _)| !matches!(folded(name).as_str(), "alerts" | "alertid" | "ethocaid"))
    });
    if is_empty { Ok(Vec::new()) } else { read_push(body, zone, now) }
}

/// Reads what quarantine kept, an alert or a delivery of one, as [`read_push`] would read it now.
///
/// # Errors
/// [`UnreadableAlert`] says what it lacks, or that it holds other than one alert.
pub fn read_kept(raw: &str, zone: &TimeZone, now: Timestamp) -> Pushed {
    let several = |count: usize| format!("it holds {count} alerts");
    let other = |why: String| UnreadableAlert { vendor_alert_id: None, why, raw: masked(raw) };
    let mut alerts = read_push(raw.as_bytes(), zone, now).or_else(|whole| {
        let is_object = raw.trim_start().starts_with('{');
        if is_object { Ok(vec![read_alert(raw, zone, now)]) } else { Err(other(whole.why)) }
    })?;
    match alerts.pop() {
        Some(only) if alerts.is_empty() => only,
        last => Err(other(several(alerts.len() + usize::from(last.is_some())))),
    }
}

/// Reads one alert.
///
/// # Errors
/// [`UnreadableAlert`] says what it lacks.
pub fn read_alert(alert: &str, zone: &TimeZone, now: Timestamp) -> Pushed {
    let bad = |vendor_alert_id, why| UnreadableAlert { vendor_alert_id, why, raw: masked(alert) };
    let Some(mut fields) = Fields::of(alert) else {
        return Err(bad(None, "it is no object".to_owned()));
    };
    let id = fields.required(&["alertid", "ethocaid"]).unwrap_or_default().filter(|id| is_id(id));
    claim(&mut fields, id.clone(), zone, now)
        .map(|claim| Claim { left_out: fields.into_left_out(), ..claim })
        .map_err(|why| bad(id, why))
}

/// A piece that is no JSON. It is acknowledged by the only id that stands in it, if the delivery
/// goes on behind it: it would come again as it is. What is cut off comes again whole.
fn unreadable(piece: Broken<'_>) -> UnreadableAlert {
    let ids: Vec<&str> = piece
        .text
        .match_indices("\"alertId\"")
        .filter_map(|(at, name)| quoted_behind(&piece.text[at + name.len()..]))
        .collect();
    let only = Some(ids.as_slice())
        .filter(|_| !piece.is_cut_off)
        .and_then(|ids| if let [only] = ids { Some(*only) } else { None });
    let id = only.filter(|id| is_id(id)).map(str::to_owned);
    UnreadableAlert {
        vendor_alert_id: id,
        why: "it is no JSON, or not all of it".to_owned(),
        raw: masked(piece.text),
    }
}

fn quoted_behind(text: &str) -> Option<&str> {
    let (id, _) =
        text.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?.split_once('"')?;
    Some(id.trim()).filter(|id| !id.contains('\\'))
}

/// Whether a network can be told of an alert under this id: it is ours to send back as it came, so
/// no card number may be cut in it.
fn is_id(id: &str) -> bool {
    let is_plain =
        id.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') && !id.contains('*');
    (1..=LONGEST_ID).contains(&id.len()) && is_plain && !holds_card_number(id)
}

fn claim(
    fields: &mut Fields<'_>,
    id: Option<String>,
    zone: &TimeZone,
    now: Timestamp,
) -> Result<Claim, String> {
    fields.required(&["alertid", "ethocaid"])?;
    let vendor_alert_id = id.ok_or("it has no alertId that fits")?;
    let amount = fields.money("amount", "currency", None).ok_or("it has no amount")??;
    let chargeback =
        fields.money("chargebackamount", "chargebackcurrency", Some(amount)).transpose()?;
    let kind = kind(&fields.required(&["alerttype", "type"])?.ok_or("it has no alertType")?)?;
    Ok(Claim {
        network: Network::Ethoca,
        vendor_alert_id,
        kind,
        alerted_at: alerted_at(fields, zone, now),
        amount,
        chargeback_amount: chargeback.filter(|amount| amount.minor > 0),
        descriptor: fields.text(&["merchantdescriptor", "descriptor"]).unwrap_or_default(),
        transacted: time(fields, &["transactiontimestamp", "transactiondate"], now)
            .map(|(_, time)| time.moment()),
        card: card(fields),
        arn: fields.reference(&["arn", "acquirerreferencenumber"]),
        auth_code: fields.reference(&["authcode", "authorizationcode"]),
        transaction_id: fields.reference(&["transactionid"]),
        issuer: fields.text(&["issuer", "issuername"]),
        reason_code: fields.text(&["chargebackreasoncode", "reasoncode"]),
        mcc: fields.text(&["mcc", "merchantcategorycode"]),
        is_3ds: is_3ds(fields),
        initiated_by: fields.text(&["initiatedby"]),
        transaction_type: fields.text(&["transactiontype"]),
        source: fields.text(&["source"]),
        left_out: Vec::new(),
    })
}

/// When the network raised the alert; its arrival, where no time that can be meant says so, or one
/// that is still to come.
fn alerted_at(fields: &mut Fields<'_>, zone: &TimeZone, now: Timestamp) -> Timestamp {
    let Some((field, time)) = time(fields, &["alerttimestamp"], now) else { return now };
    match time.instant(zone) {
        Some(at) if at <= after(now, CLOCKS_APART) => at.min(now),
        _ => {
            let (name, text) = field;
            fields.leave_out(LeftOut::new(&name, &text, LeftOutReason::InFuture));
            now
        }
    }
}

/// A time that can be meant, and the field that says so. Another is noted.
fn time(
    fields: &mut Fields<'_>,
    names: &[&str],
    now: Timestamp,
) -> Option<((String, String), TimeReading)> {
    let (name, text) = fields.clear(names)?;
    let reason = match TimeReading::parse(&text).map(|time| time.possible(now)) {
        Some(Ok(time)) => return Some(((name, text), time)),
        Some(Err(why)) => why.into(),
        None => LeftOutReason::NotATime,
    };
    fields.leave_out(LeftOut::new(&name, &text, reason));
    None
}

/// The two kinds of alert in every spelling that is attested.
fn kind(text: &str) -> Result<Kind, String> {
    match folded(text).as_str() {
        "confirmedfraud"
        | "issueralert"
        | "fraudreporteralert"
        | "ethocafraud"
        | "ethocaconfirmedfraud"
        | "fraud" => Ok(Kind::Fraud),
        "customerdispute"
        | "customerdisputealert"
        | "ethocadispute"
        | "ethocacustomerdispute"
        | "dispute" => Ok(Kind::Dispute),
        _ => Err(format!("its alertType is unknown: {text}")),
    }
}

/// What may be kept of the card: fields of their own before the number, which is cut first.
fn card(fields: &mut Fields<'_>) -> Card {
    let number = part(fields, &["cardnumber", "pan", "accountnumber"], |number| {
        Some(Card::truncated(number)).filter(|card| card.bin.is_some() || card.last4.is_some())
    });
    let number = number.unwrap_or_default();
    let bin = part(fields, &["cardbin", "bin"], first_digits);
    let bin = match (bin, number.bin) {
        // The longer of two that agree says more.
        (Some(given), Some(cut)) if cut.starts_with(&given) => Some(cut),
        (given, cut) => given.or(cut),
    };
    let last4 = part(fields, &["cardlast4", "last4", "cardlastfour"], last_digits);
    Card {
        brand: bin.as_deref().and_then(Brand::of).or(number.brand),
        bin,
        last4: last4.or(number.last4),
    }
}

/// What a card's field says; where nothing of it has its form, that is noted without its value.
fn part<T>(fields: &mut Fields<'_>, names: &[&str], read: impl Fn(&str) -> Option<T>) -> Option<T> {
    let (name, text) = fields.clear(names)?;
    let read = read(&text);
    if read.is_none() {
        fields.leave_out(LeftOut::of_card(&name));
    }
    read
}

/// Six to eight digits, alone, before what hides the rest, or as those that a whole number begins
/// with.
fn first_digits(text: &str) -> Option<String> {
    let plain: String = text.chars().filter(|letter| !matches!(letter, ' ' | '-')).collect();
    let length = plain.bytes().take_while(u8::is_ascii_digit).count();
    let is_bin = (6..=8).contains(&length)
        && !plain[length..].contains(|letter: char| letter.is_ascii_digit());
    if is_bin { Some(plain[..length].to_owned()) } else { Card::truncated(text).bin }
}

/// Up to four digits, whose leading zeros are lost where the field was once a number, or those that
/// a masked number ends with.
fn last_digits(text: &str) -> Option<String> {
    let is_short = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_short { Some(format!("{text:0>4}")) } else { Card::truncated(text).last4 }
}

/// Whether the payment was 3-D Secure; an answer that is none is noted.
fn is_3ds(fields: &mut Fields<'_>) -> Option<bool> {
    let (name, text) = fields.clear(&["is3dsecure", "is3ds"])?;
    let answer = yes_or_no(&text);
    if answer.is_none() && !matches!(folded(&text).as_str(), "notavailable" | "na" | "unknown") {
        fields.leave_out(LeftOut::new(&name, &text, LeftOutReason::WrongForm));
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
