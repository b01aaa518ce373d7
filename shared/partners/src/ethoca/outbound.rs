//! Writes a delivery in Ethoca's format. Simulations send such deliveries through the same intake.

use domain::basics::money::Money;
use domain::basics::time::ReportedTime;
use domain::network::claim::Claim;
use serde::Serialize;
use serde_json::value::RawValue;

/// The spellings of an alert's kind, by Ethoca and by its resellers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EthocaAlertType {
    ConfirmedFraud,
    IssuerAlert,
    FraudReporterAlert,
    CustomerDispute,
    CustomerDisputeAlert,
}

#[derive(Serialize)]
struct EthocaDelivery<'a> {
    alerts: [EthocaAlertBody<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EthocaAlertBody<'a> {
    alert_id: &'a str,
    alert_type: &'static str,
    alert_timestamp: String,
    issuer: Option<&'a str>,
    card_number: Option<String>,
    card_bin: Option<&'a str>,
    card_last4: Option<&'a str>,
    arn: Option<&'a str>,
    transaction_timestamp: Option<String>,
    merchant_descriptor: &'a str,
    mcc: Option<&'a str>,
    amount: Box<RawValue>,
    currency: &'static str,
    transaction_type: Option<&'a str>,
    initiated_by: Option<&'a str>,
    #[serde(rename = "is3DSecure")]
    is_3d_secure: Option<&'static str>,
    source: Option<&'a str>,
    auth_code: Option<&'a str>,
    transaction_id: Option<&'a str>,
    chargeback_reason_code: Option<&'a str>,
    chargeback_amount: Option<Box<RawValue>>,
    chargeback_currency: Option<&'static str>,
}

/// Writes the delivery of a single alert with this claim.
///
/// # Errors
/// Only if JSON serialisation itself fails.
pub fn write_push(claim: &Claim, kind: EthocaAlertType) -> Result<Vec<u8>, serde_json::Error> {
    let alert =
        EthocaAlertBody {
            alert_id: &claim.vendor_alert_id,
            alert_type: kind.as_str(),
            alert_timestamp: claim.alerted_at.to_string(),
            issuer: claim.issuer.as_deref(),
            card_number: claim.card.last4.as_ref().map(|last4| {
                format!("{:*<12}{last4}", claim.card.bin.as_deref().unwrap_or_default())
            }),
            card_bin: claim.card.bin.as_deref(),
            card_last4: claim.card.last4.as_deref(),
            arn: claim.arn.as_deref(),
            transaction_timestamp: claim.transacted.map(to_iso_text),
            merchant_descriptor: &claim.descriptor,
            mcc: claim.mcc.as_deref(),
            amount: to_json_decimal(claim.amount)?,
            currency: claim.amount.currency.code(),
            transaction_type: claim.transaction_type.as_deref(),
            initiated_by: claim.initiated_by.as_deref(),
            is_3d_secure: claim.is_3ds.map(|yes| if yes { "yes" } else { "no" }),
            source: claim.source.as_deref(),
            auth_code: claim.auth_code.as_deref(),
            transaction_id: claim.transaction_id.as_deref(),
            chargeback_reason_code: claim.reason_code.as_deref(),
            chargeback_amount: claim.chargeback_amount.map(to_json_decimal).transpose()?,
            chargeback_currency: claim.chargeback_amount.map(|amount| amount.currency.code()),
        };
    serde_json::to_vec(&EthocaDelivery { alerts: [alert] })
}

impl EthocaAlertType {
    const fn as_str(self) -> &'static str {
        match self {
            Self::ConfirmedFraud => "CONFIRMEDFRAUD",
            Self::IssuerAlert => "ISSUER_ALERT",
            Self::FraudReporterAlert => "FRAUD_REPORTER_ALERT",
            Self::CustomerDispute => "CUSTOMERDISPUTE",
            Self::CustomerDisputeAlert => "CUSTOMERDISPUTE_ALERT",
        }
    }
}

fn to_json_decimal(amount: Money) -> Result<Box<RawValue>, serde_json::Error> {
    RawValue::from_string(amount.to_decimal())
}

fn to_iso_text(moment: ReportedTime) -> String {
    moment.at.map_or_else(|| moment.day.to_string(), |at| at.to_string())
}

#[cfg(test)]
mod tests {
    use domain::basics::card::TruncatedCard;
    use domain::basics::money::parse_currency;
    use domain::network::claim::{AlertKind, AlertNetwork};
    use jiff::tz::TimeZone;

    use super::super::inbound::read_push;
    use super::*;

    fn claim(code: &str, kind: AlertKind) -> Claim {
        let text = |text: &str| Some(text.to_owned());
        let amount = Money::new(4900, parse_currency(code).expect("a currency"));
        let card = TruncatedCard {
            bin: text("42424242"),
            last4: text("0042"),
            brand: domain::basics::card::CardBrand::from_digits("424242"),
        };
        Claim {
            network: AlertNetwork::Ethoca,
            vendor_alert_id: "SIM0000000000000000000001".into(),
            kind,
            alerted_at: "2026-02-17T10:00:00.123Z".parse().expect("a time"),
            amount,
            chargeback_amount: Some(Money::new(1200, amount.currency)),
            descriptor: "ACMEFIT*PLAN".into(),
            transacted: ReportedTime::parse("2026-02-15"),
            card,
            arn: text("74027016072012345678901"),
            auth_code: text("064712"),
            transaction_id: text("pi_simulated_plain_1"),
            issuer: text("First Example Bank"),
            reason_code: text("13.2"),
            mcc: text("7997"),
            is_3ds: Some(false),
            initiated_by: text("cardholder"),
            transaction_type: text("eCommerce"),
            source: text("issuer"),
            left_out: Vec::new(),
        }
    }

    #[test]
    fn what_is_written_is_read_as_it_was_meant() {
        let kinds = [
            (EthocaAlertType::ConfirmedFraud, AlertKind::Fraud),
            (EthocaAlertType::IssuerAlert, AlertKind::Fraud),
            (EthocaAlertType::FraudReporterAlert, AlertKind::Fraud),
            (EthocaAlertType::CustomerDispute, AlertKind::Dispute),
            (EthocaAlertType::CustomerDisputeAlert, AlertKind::Dispute),
        ];
        for (written, kind) in kinds {
            for code in ["USD", "JPY", "KWD"] {
                let meant = claim(code, kind);
                let body = write_push(&meant, written).expect("JSON");
                let now = "2026-02-17T11:00:00Z".parse().expect("a time");
                assert_eq!(
                    read_push(&body, &TimeZone::UTC, now),
                    Ok(vec![Ok(meant)]),
                    "{written:?} {code}"
                );
            }
        }
    }
}
