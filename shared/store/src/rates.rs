//! Exchange rates, by day.

use domain::basics::money::Rates;
use jiff::ToSpan;
use jiff::civil::Date;

use crate::table::{item_of, text, unavailable, value_of};
use crate::{Store, StoreError, keys};

impl Store {
    /// Keeps a day's rates.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn put_rates(&self, rates: &Rates) -> Result<(), StoreError> {
        self.put(item_of("rates", &keys::rates(rates.as_of), rates)?).await
    }

    /// The store, where rates older than so many days say nothing of a day: prices of currencies
    /// move.
    #[must_use]
    pub fn with_rates_of_days(self, days: Option<u32>) -> Self {
        Self { rates_days: days.unwrap_or(self.rates_days), ..self }
    }

    /// The latest rates that are not of a later day, and not so old that they say nothing.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn rates(&self, day: Date) -> Result<Option<Rates>, StoreError> {
        let (oldest, latest) =
            (keys::rates(day.saturating_sub(i64::from(self.rates_days).days())), keys::rates(day));
        let request = self.client.query().table_name(&self.table).consistent_read(true);
        let request = request
            .key_condition_expression("pk = :pk AND sk BETWEEN :oldest AND :day")
            .scan_index_forward(false)
            .limit(1);
        let request = request
            .expression_attribute_values(":pk", text(latest.pk))
            .expression_attribute_values(":day", text(latest.sk));
        let request = request.expression_attribute_values(":oldest", text(oldest.sk));
        let answer = request.send().await.map_err(unavailable("Query"))?;
        answer.items.unwrap_or_default().pop().map(|item| value_of("rates", item)).transpose()
    }
}
