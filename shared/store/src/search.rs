//! What is read for a claim: the sales that orders tell of, and how common its amount is. Each read
//! is of bounded size, whatever a merchant sells.

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

/// How many pointers of a key are read for a claim; where there are more, the search was cut.
const SEARCHED_ROWS: i32 = 200;
/// How many pointers of an amount are read of each part of a day.
const DAY_ROWS: i32 = 25;
/// The days before and after the bank's whose sales of the amount a person is shown.
const SHOWN_DAYS: [i64; 5] = [0, -1, -2, -3, 1];
/// One part of one day stands for the days that a bank may mean: four before, one after.
const PARTS: u32 = DAY_SHARDS as u32 * 6;

/// What a claim may be about: sales known from orders.
#[derive(Debug, Clone, Default)]
pub struct SalesLookup {
    pub sales: Vec<Sale>,
    /// Whether there is more than was read.
    pub is_cut: bool,
}

impl Store {
    /// What is known of a claim: at once one Query for each key that the claim carries, then one
    /// read of the likeliest orders. Only where nothing has these keys, the sales of its amount
    /// on the days that the bank may mean.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
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

    /// For a person's eyes: sales of the amount around the day.
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

    /// About how many orders have the claim's amount on the days that the bank may mean: a sample
    /// of one part of one day, in which the order beside it is not.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
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

    /// Reads the first rows between two sort keys, consistently, and whether there are more.
    pub(crate) async fn query_first_rows(
        &self,
        pk: &str,
        (from, to): &(String, String),
        most: i32,
    ) -> Result<(Vec<TableItem>, bool), StoreError> {
        read_first_rows(self.between(pk, (from, to)).consistent_read(true), most).await
    }

    /// The same of a part of a day, which a person looks at: what was written just now may be
    /// missing.
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

/// The transaction's amount, or what is disputed where that is not told.
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

/// The days of a claim's sale and alerts; a week either side of a day that is told, for a sale may
/// be captured days after it was authorised.
pub(crate) fn claimed_days(claim: &Claim) -> (Date, Date) {
    match claim.transacted {
        Some(told) => days_around(told.day),
        None => {
            (search_days(claim).0, utc_day(claim.alerted_at).saturating_add(WINDOW_DAYS.days()))
        }
    }
}
