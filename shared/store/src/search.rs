//! Searches for a claim: the sales of orders, and the frequency of the amount. Each read is of
//! bounded size, whatever a merchant sells.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::Select;
use domain::basics::id::{OrderId, OrganisationId};
use domain::basics::money::Money;
use domain::basics::time::utc_day;
use domain::matching::search_days;
use domain::network::claim::Claim;
use domain::sale::Sale;
use futures_util::future::try_join_all;
use jiff::ToSpan;
use jiff::civil::Date;

use crate::keys::{DAY_SHARDS, LookupKind};
use crate::lookup::{WINDOW_DAYS, days_around};
use crate::pointer::SalePointers;
use crate::table::{TableItem, unavailable_error};
use crate::{Store, StoreError, keys};

/// The most pointers of a key read for a claim; if more exist, the search is cut.
const SEARCHED_ROWS: i32 = 200;
/// The most pointers of an amount read from each shard of a day.
const DAY_ROWS: i32 = 25;
/// The days around the bank's day for which a person sees sales of the amount.
const SHOWN_DAYS: [i64; 5] = [0, -1, -2, -3, 1];
/// The number of shards for which a sampled shard stands: all shards of the days that a bank may
/// mean, four before to one after.
const PARTS: u32 = DAY_SHARDS as u32 * 6;

/// The sales of orders that a claim may be about.
#[derive(Debug, Clone, Default)]
pub struct SalesLookup {
    pub sales: Vec<Sale>,
    /// Whether more sales exist than were read.
    pub is_cut: bool,
}

impl Store {
    /// Finds the sales for a claim: in parallel a Query for each key of the claim, then a read of
    /// the likeliest orders. If no sale has these keys, finds the sales of the amount on the days
    /// that the bank may mean.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn look_up_sales(
        &self,
        organisation: &OrganisationId,
        claim: &Claim,
    ) -> Result<SalesLookup, StoreError> {
        let (named, near) = (
            LookupKind::Sale.sort_key_range(None),
            LookupKind::Sale.sort_key_range(Some(claimed_days(claim))),
        );
        let arn = claim.arn.iter().map(|arn| (keys::arn_partition(organisation, arn), &named));
        let reference = claim
            .transaction_id
            .iter()
            .map(|id| (keys::reference_partition(organisation, id), &named));
        let card =
            claim.card.last4.iter().map(|last4| (keys::card_partition(organisation, last4), &near));
        let places: Vec<_> = arn.chain(reference).chain(card).collect();
        let mut pointers = SalePointers::default();
        for rows in try_join_all(
            places.iter().map(|(pk, range)| self.query_first_rows(pk, range, SEARCHED_ROWS)),
        )
        .await?
        {
            pointers.add_rows(rows)?;
        }
        let (sales, is_cut) = self.read_pointed_sales(pointers, Some(claim)).await?;
        if sales.is_empty() && !is_cut {
            self.sales_of_amount(organisation, claim).await
        } else {
            Ok(SalesLookup { sales, is_cut })
        }
    }

    /// Finds sales of the amount around the day, as candidates for a person.
    async fn sales_of_amount(
        &self,
        organisation: &OrganisationId,
        claim: &Claim,
    ) -> Result<SalesLookup, StoreError> {
        let (day, range) = (claimed_day(claim), amount_range(claimed_amount(claim)));
        let days = SHOWN_DAYS.iter().map(|days| day.saturating_add(days.days()));
        let parts: Vec<String> = days
            .flat_map(|day| {
                (0..DAY_SHARDS).map(move |part| keys::day_partition(organisation, day, part))
            })
            .collect();
        let mut pointers = SalePointers::default();
        for rows in try_join_all(parts.iter().map(|pk| self.glance_at(pk, &range))).await? {
            pointers.add_rows(rows)?;
        }
        let (sales, is_cut) = self.read_pointed_sales(pointers, Some(claim)).await?;
        Ok(SalesLookup { sales, is_cut })
    }

    /// Estimates the number of orders with the claim's amount on the days that the bank may mean.
    /// The sample is a shard of one day, without the order `beside`.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn count_of_amount(
        &self,
        organisation: &OrganisationId,
        claim: &Claim,
        beside: Option<&OrderId>,
    ) -> Result<u32, StoreError> {
        let part = beside.map_or(0, |order| (keys::day_shard_of(order) + 1) % DAY_SHARDS);
        let (from, to) = amount_range(claimed_amount(claim));
        let rows = self
            .between(&keys::day_partition(organisation, claimed_day(claim), part), (&from, &to));
        let answer = rows
            .select(Select::Count)
            .limit(DAY_ROWS + 1)
            .send()
            .await
            .map_err(unavailable_error("Query"))?;
        Ok(u32::try_from(answer.count).unwrap_or(u32::MAX).saturating_mul(PARTS))
    }

    /// Reads the first rows between two sort keys, consistently; returns whether more rows exist.
    pub(crate) async fn query_first_rows(
        &self,
        pk: &str,
        (from, to): &(String, String),
        most: i32,
    ) -> Result<(Vec<TableItem>, bool), StoreError> {
        read_first_rows(self.between(pk, (from, to)).consistent_read(true), most).await
    }

    /// Reads the first rows of a shard of a day, for a person: a recent write may be missing.
    async fn glance_at(
        &self,
        pk: &str,
        (from, to): &(String, String),
    ) -> Result<(Vec<TableItem>, bool), StoreError> {
        read_first_rows(self.between(pk, (from, to)), DAY_ROWS).await
    }
}

async fn read_first_rows(
    rows: QueryFluentBuilder,
    most: i32,
) -> Result<(Vec<TableItem>, bool), StoreError> {
    let answer = rows.limit(most).send().await.map_err(unavailable_error("Query"))?;
    let is_cut = answer.last_evaluated_key.is_some();
    Ok((answer.items.unwrap_or_default(), is_cut))
}

/// Returns the transaction's amount, or the disputed amount if the bank states no amount.
fn claimed_amount(claim: &Claim) -> Money {
    if claim.amount.minor > 0 { claim.amount } else { claim.disputed_amount() }
}

fn amount_range(amount: Money) -> (String, String) {
    let prefix = keys::amount_prefix(amount);
    (prefix.clone(), format!("{prefix}~"))
}

pub(crate) fn claimed_day(claim: &Claim) -> Date {
    claim.transacted.map_or_else(|| utc_day(claim.alerted_at), |told| told.day)
}

/// Returns the days of a claim's sale and alerts: a week either side of a stated day. A capture may
/// follow the authorisation by days.
pub(crate) fn claimed_days(claim: &Claim) -> (Date, Date) {
    match claim.transacted {
        Some(told) => days_around(told.day),
        None => {
            (search_days(claim).0, utc_day(claim.alerted_at).saturating_add(WINDOW_DAYS.days()))
        }
    }
}
