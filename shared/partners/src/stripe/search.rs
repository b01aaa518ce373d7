//! Searches for the Stripe charges that a claim may be about.

use domain::basics::id::{IntegrationId, OrganisationId};
use domain::basics::time::{ReportedTime, add_seconds};
use domain::matching::{SearchReach, is_of_card, is_plausible_sale, search_days};
use domain::network::claim::Claim;
use domain::sale::{Sale, SaleId};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use reqwest::Method;

use super::StripeClient;
use super::amount::to_stripe;
use super::call::PAGES;
use super::merge::{StripePayment, merge_onto_sale};
use super::wire::{StripeCharge, StripePage, StripePresentment, to_timestamp};
use crate::{PartnerError, ProcessorSearchResult};

/// The largest offset of a time zone from UTC.
const OFFSET_SECONDS: i64 = 14 * 60 * 60;

const DAY_SECONDS: i64 = 24 * 60 * 60;

/// The longest lag of the search index behind the list.
const LAG_SECONDS: i64 = 60 * 60;

/// The search index's charges of a claim's amount.
#[derive(Default)]
struct IndexedCharges {
    charges: Vec<StripeCharge>,
    reach: SearchReach,
}

impl StripeClient {
    /// Searches the index first, then the list: the index lags, and is not open to all accounts.
    /// The whole list has [`PAGES`] pages at most.
    pub(crate) async fn search(
        &self,
        claim: &Claim,
        is_whole: bool,
    ) -> Result<ProcessorSearchResult, PartnerError> {
        let indexed = self.search_index(claim).await?;
        if is_whole {
            self.add_listed_charges(claim, indexed, PAGES).await
        } else {
            self.add_listed_charges(claim, indexed, 1).await
        }
    }

    async fn search_index(&self, claim: &Claim) -> Result<ProcessorSearchResult, PartnerError> {
        let indexed = match self.find_indexed_charges(claim, search_window(claim)).await {
            Err(PartnerError::Refused { .. } | PartnerError::Unavailable { .. }) => {
                IndexedCharges::default()
            }
            answer => answer?,
        };
        let mut sales = Vec::new();
        self.add_plausible_sales(claim, indexed.charges, &mut sales);
        Ok(ProcessorSearchResult { sales, reach: indexed.reach, list_pages: 0 })
    }

    /// Adds charges that the index lacks: of all days if the index has no payment of the card,
    /// otherwise of the last hour.
    async fn add_listed_charges(
        &self,
        claim: &Claim,
        indexed: ProcessorSearchResult,
        most: usize,
    ) -> Result<ProcessorSearchResult, PartnerError> {
        let (from, until) = search_window(claim);
        let ProcessorSearchResult { mut sales, mut reach, .. } = indexed;
        // A declined attempt may be indexed before the successful attempt.
        let has_card = sales.iter().any(|sale| !sale.standing.failed && is_of_card(claim, sale));
        let from =
            if has_card { from.max(add_seconds(claim.alerted_at, -LAG_SECONDS)) } else { from };
        if from > until {
            return Ok(ProcessorSearchResult { sales, reach, list_pages: 0 });
        }
        let (listed, exhausted) = self.list_charges((from, until), most).await?;
        if has_card {
            reach.is_cut |= !exhausted;
        } else {
            reach =
                SearchReach { is_cut: !exhausted, same_amount: count_same_amount(claim, &listed) };
            sales.clear();
        }
        self.add_plausible_sales(claim, listed, &mut sales);
        Ok(ProcessorSearchResult {
            sales,
            reach,
            list_pages: if exhausted || most == PAGES { 0 } else { PAGES },
        })
    }

    async fn list_charges(
        &self,
        (from, until): (Timestamp, Timestamp),
        most: usize,
    ) -> Result<(Vec<StripeCharge>, bool), PartnerError> {
        let form = [
            ("created[gte]", from.as_second().to_string()),
            ("created[lte]", until.as_second().to_string()),
        ];
        self.api.list_pages("/v1/charges", &form, self.own_connected_account(), most).await
    }

    /// Returns all payments of the amount if a single page holds all; otherwise the payments of the
    /// card.
    async fn find_indexed_charges(
        &self,
        claim: &Claim,
        (from, until): (Timestamp, Timestamp),
    ) -> Result<IndexedCharges, PartnerError> {
        let Some(last4) =
            claim.card.last4.as_deref().filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))
        else {
            return Ok(IndexedCharges::default());
        };
        let of_amount = format!(
            "amount:{} AND currency:\"{}\" AND created>={} AND created<={}",
            to_stripe(claim.amount)?,
            claim.amount.currency.code().to_lowercase(),
            from.as_second(),
            until.as_second(),
        );
        let page = self.query_charges(&of_amount).await?;
        if !page.has_more {
            let same_amount = u32::try_from(page.data.len()).unwrap_or(u32::MAX);
            return Ok(IndexedCharges {
                charges: page.data,
                reach: SearchReach { is_cut: false, same_amount },
            });
        }
        let page = self
            .query_charges(&format!(
                "payment_method_details.card.last4:\"{last4}\" AND {of_amount}"
            ))
            .await?;
        Ok(IndexedCharges {
            charges: page.data,
            reach: SearchReach { is_cut: page.has_more, same_amount: u32::MAX },
        })
    }

    async fn query_charges(&self, query: &str) -> Result<StripePage<StripeCharge>, PartnerError> {
        let form = [("query", query.to_owned()), ("limit", "100".to_owned())];
        self.api
            .call_endpoint(
                Method::GET,
                "/v1/charges/search",
                &form,
                None,
                self.own_connected_account(),
            )
            .await
    }

    /// Adds the plausible charges as sales. Several attempts of a payment are a single sale; the
    /// charge that took money takes precedence.
    fn add_plausible_sales(
        &self,
        claim: &Claim,
        charges: Vec<StripeCharge>,
        sales: &mut Vec<Sale>,
    ) {
        for charge in charges {
            let Ok(sale) = self.charge_to_sale(charge) else { continue };
            if !is_plausible_sale(claim, &sale) {
                continue;
            }
            match sales.iter_mut().find(|known| known.id == sale.id) {
                Some(known) if known.standing.failed => *known = sale,
                Some(_) => {}
                None => sales.push(sale),
            }
        }
    }

    fn charge_to_sale(&self, charge: StripeCharge) -> Result<Sale, PartnerError> {
        let bare = to_bare_sale(&charge, &self.seat.organisation, &self.seat.integration)?;
        merge_onto_sale(
            bare,
            &StripePayment { intent: None, charge: Some(charge) },
            &self.seat,
            self.own_connected_account(),
        )
    }

    fn own_connected_account(&self) -> Option<&str> {
        self.seat
            .connected
            .as_deref()
            .filter(|account| Some(*account) != self.seat.account.as_deref())
    }
}

/// Returns a sale with nothing but the charge's id, amount and time.
fn to_bare_sale(
    charge: &StripeCharge,
    organisation: &OrganisationId,
    integration: &IntegrationId,
) -> Result<Sale, PartnerError> {
    let id = SaleId::of_order(organisation, integration, &charge.id);
    let amount = super::amount::from_stripe(charge.amount, &charge.currency)?;
    Ok(Sale::new_minimal(
        id,
        charge.id.clone(),
        integration.clone(),
        amount,
        ReportedTime::from_instant(to_timestamp(charge.created)?),
    ))
}

/// Counts the charges of the claim's amount, in the sale's or the cardholder's currency.
fn count_same_amount(claim: &Claim, charges: &[StripeCharge]) -> u32 {
    let presented = |charge: &StripeCharge| {
        charge.presentment_details.as_ref().and_then(StripePresentment::to_money)
    };
    let own =
        |charge: &StripeCharge| super::amount::from_stripe(charge.amount, &charge.currency).ok();
    let is =
        |charge: &&StripeCharge| [own(charge), presented(charge)].contains(&Some(claim.amount));
    u32::try_from(charges.iter().filter(is).count()).unwrap_or(u32::MAX)
}

/// Returns the first and last instant at which the payment may have been made, in any time zone.
fn search_window(claim: &Claim) -> (Timestamp, Timestamp) {
    let (first, last) = search_days(claim);
    let start =
        |day| ReportedTime { day, at: None }.to_instant(&TimeZone::UTC).unwrap_or(claim.alerted_at);
    (
        add_seconds(start(first), -OFFSET_SECONDS),
        add_seconds(start(last), DAY_SECONDS + OFFSET_SECONDS),
    )
}

#[cfg(test)]
mod tests {
    use domain::basics::card::TruncatedCard;
    use domain::basics::money::{Money, parse_currency};
    use domain::network::claim::{AlertKind, AlertNetwork};

    use super::*;

    fn usd(minor: u64) -> Money {
        Money::new(minor, parse_currency("USD").expect("a currency"))
    }

    fn claim(last4: Option<&str>) -> Claim {
        Claim {
            network: AlertNetwork::Ethoca,
            vendor_alert_id: "A1".into(),
            kind: AlertKind::Fraud,
            alerted_at: "2026-03-14T10:00:00Z".parse().expect("a time"),
            amount: usd(4900),
            chargeback_amount: None,
            descriptor: "ACME".into(),
            transacted: ReportedTime::parse("2026-03-01"),
            card: TruncatedCard { last4: last4.map(str::to_owned), ..TruncatedCard::default() },
            arn: None,
            auth_code: None,
            transaction_id: None,
            issuer: None,
            reason_code: None,
            mcc: None,
            is_3ds: None,
            initiated_by: None,
            transaction_type: None,
            source: None,
            left_out: Vec::new(),
        }
    }

    #[test]
    fn four_days_before_the_banks_and_one_after_are_searched_on_all_calendars() {
        let (from, until) = search_window(&claim(None));
        assert_eq!(
            (from.to_string(), until.to_string()),
            ("2026-02-24T10:00:00Z".into(), "2026-03-03T14:00:00Z".into())
        );
        let (from, until) = search_window(&Claim { transacted: None, ..claim(None) });
        assert_eq!(
            (from.to_string(), until.to_string()),
            ("2026-01-12T10:00:00Z".into(), "2026-03-16T14:00:00Z".into())
        );
    }
}
