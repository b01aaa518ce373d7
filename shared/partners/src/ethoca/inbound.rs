//! Alerts as Ethoca pushes them or gives them when polled, read item by item.

use domain::card::{Brand, Card, without_card_numbers};
use domain::claim::{Claim, Kind, Network};
use domain::time::Moment;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::value::RawValue;

use super::fields::Fields;
use super::mask::{folded, masked};

/// Ethoca's ids have 25 characters; resellers' may be longer.
const LONGEST_ID: usize = 64;

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

/// Reads a delivery, `{"alerts": [...]}`. Times without an offset are in `zone`; an alert without a time is as old as
/// its arrival, `now`, and none is newer.
///
/// # Errors
/// [`Unreadable`] where no alerts can be made out. One bad alert does not spoil the others: it is an error of its own.
pub fn read_push(body: &[u8], zone: &TimeZone, now: Timestamp) -> Result<Vec<Pushed>, Unreadable> {
    let unreadable = |why: String| Unreadable { why: without_card_numbers(&why), raw: masked(body) };
    let alerts = if body.trim_ascii_start().starts_with(b"[") {
        serde_json::from_slice(body)
    } else {
        serde_json::from_slice::<Delivery>(body).map(|delivery| delivery.alerts)
    };
    let alerts: Vec<Box<RawValue>> = alerts.map_err(|error| unreadable(error.to_string()))?;
    Ok(alerts.iter().map(|alert| read_alert(alert, zone, now)).collect())
}

/// Reads one alert.
///
/// # Errors
/// [`UnreadableAlert`] says what it lacks.
pub fn read_alert(alert: &RawValue, zone: &TimeZone, now: Timestamp) -> Pushed {
    let Some(fields) = Fields::of(alert.get()) else {
        return Err(UnreadableAlert { vendor_alert_id: None, why: "it is no object".to_owned(), raw: masked(alert.get().as_bytes()) });
    };
    let id = fields.text(&["alertid", "ethocaid"]);
    claim(&fields, id.clone(), zone, now).map_err(|why| UnreadableAlert { vendor_alert_id: id, why, raw: masked(alert.get().as_bytes()) })
}

#[derive(serde::Deserialize)]
struct Delivery {
    #[serde(alias = "Alerts")]
    alerts: Vec<Box<RawValue>>,
}

fn claim(fields: &Fields, id: Option<String>, zone: &TimeZone, now: Timestamp) -> Result<Claim, String> {
    let vendor_alert_id = id.filter(|id| id.len() <= LONGEST_ID).ok_or("it has no alertId that fits")?;
    let amount = fields.money("amount", "currency", None).ok_or("it has no amount")??;
    let chargeback = fields.money("chargebackamount", "chargebackcurrency", Some(amount)).transpose()?;
    Ok(Claim {
        network: Network::Ethoca,
        vendor_alert_id,
        kind: kind(&fields.text(&["alerttype", "type"]).ok_or("it has no alertType")?)?,
        alerted_at: fields.text(&["alerttimestamp"]).and_then(|text| instant(&text, zone)).map_or(now, |at| at.min(now)),
        amount,
        chargeback_amount: chargeback.filter(|amount| amount.minor > 0),
        descriptor: fields.text(&["merchantdescriptor", "descriptor"]).unwrap_or_default(),
        transacted: fields.text(&["transactiontimestamp", "transactiondate"]).and_then(|text| Moment::parse(&text)),
        card: card(fields),
        arn: fields.text(&["arn", "acquirerreferencenumber"]),
        auth_code: fields.text(&["authcode", "authorizationcode"]),
        transaction_id: fields.text(&["transactionid"]),
        issuer: fields.text(&["issuer", "issuername"]),
        reason_code: fields.text(&["chargebackreasoncode", "reasoncode"]),
        mcc: fields.text(&["mcc", "merchantcategorycode"]),
        is_3ds: fields.text(&["is3dsecure", "is3ds"]).and_then(|text| yes_or_no(&text)),
        initiated_by: fields.text(&["initiatedby"]),
        transaction_type: fields.text(&["transactiontype"]),
        source: fields.text(&["source"]),
    })
}

/// The two kinds of alert in every spelling that is attested.
fn kind(text: &str) -> Result<Kind, String> {
    match folded(text).as_str() {
        "confirmedfraud" | "issueralert" | "fraudreporteralert" | "ethocafraud" | "ethocaconfirmedfraud" | "fraud" => Ok(Kind::Fraud),
        "customerdispute" | "customerdisputealert" | "ethocadispute" | "ethocacustomerdispute" | "dispute" => Ok(Kind::Dispute),
        _ => Err(format!("its alertType is unknown: {text}")),
    }
}

/// What may be kept of the card: fields of their own before the number, which is cut first.
fn card(fields: &Fields) -> Card {
    let number = fields.clear(&["cardnumber", "pan", "accountnumber"]).map(|number| Card::truncated(&number)).unwrap_or_default();
    let digits = |names: &[&str], lengths: std::ops::RangeInclusive<usize>| {
        let fits = |text: &String| lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        fields.clear(names).filter(fits)
    };
    let bin = digits(&["cardbin", "bin"], 6..=8);
    let bin = match (bin, number.bin) {
        // The longer of two that agree says more.
        (Some(given), Some(cut)) if cut.starts_with(&given) => Some(cut),
        (given, cut) => given.or(cut),
    };
    // Leading zeros are lost where the field was once a number.
    let last4 = digits(&["cardlast4", "last4", "cardlastfour"], 1..=4).map(|digits| format!("{digits:0>4}"));
    Card { brand: bin.as_deref().and_then(Brand::of).or(number.brand), bin, last4: last4.or(number.last4) }
}

fn instant(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    if let Ok(at) = text.parse() {
        return Some(at);
    }
    match text.parse::<DateTime>() {
        Ok(local) => local.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp()),
        Err(_) => Moment::parse(text)?.instant(zone),
    }
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
