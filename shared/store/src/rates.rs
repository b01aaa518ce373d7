//! Exchange rates, by day.

use domain::basics::money::ExchangeRates;
use jiff::ToSpan;
use jiff::civil::Date;

use crate::table::{from_table_item, text_value, to_table_item, unavailable_error};
use crate::{Store, StoreError, keys};

impl Store {
    /// Stores the rates of a day.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn put_rates(&self, rates: &ExchangeRates) -> Result<(), StoreError> {
        self.put_item(to_table_item("rates", &keys::rates_key(rates.as_of), rates)?).await
    }

    /// Sets the maximum age of rates, in days. Older rates say nothing of a day: prices of
    /// currencies move.
    #[must_use]
    pub fn with_max_rate_age(self, days: Option<u32>) -> Self {
        Self { rates_days: days.unwrap_or(self.rates_days), ..self }
    }

    /// Reads the latest rates that are neither of a later day nor older than the maximum age.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_rates(&self, day: Date) -> Result<Option<ExchangeRates>, StoreError> {
        let (oldest, latest) = (
            keys::rates_key(day.saturating_sub(i64::from(self.rates_days).days())),
            keys::rates_key(day),
        );
        let request = self.client.query().table_name(&self.table).consistent_read(true);
        let request = request
            .key_condition_expression("pk = :pk AND sk BETWEEN :oldest AND :day")
            .scan_index_forward(false)
            .limit(1);
        let request = request
            .expression_attribute_values(":pk", text_value(latest.pk))
            .expression_attribute_values(":day", text_value(latest.sk));
        let request = request.expression_attribute_values(":oldest", text_value(oldest.sk));
        let answer = request.send().await.map_err(unavailable_error("Query"))?;
        answer
            .items
            .unwrap_or_default()
            .pop()
            .map(|item| from_table_item("rates", item))
            .transpose()
    }
}
