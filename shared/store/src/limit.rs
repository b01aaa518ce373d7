//! Counters with a limit, such as the rate limit of an owner on a route: a conditional write for
//! each count.

use aws_sdk_dynamodb::types::ReturnValue;
use jiff::Timestamp;

use crate::keys::{self, EXPIRES, TableKey};
use crate::table::{number_in, number_value, try_update};
use crate::{Store, StoreError};

/// The retention of a minute's count, in seconds: longer than any two clocks differ.
const KEPT_SECONDS: i64 = 600;

impl Store {
    /// Counts a request of this minute; returns the new count, or none if `most` was reached
    /// before.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn count_request(
        &self,
        owner: &str,
        route: &str,
        most: u32,
        now: Timestamp,
    ) -> Result<Option<u32>, StoreError> {
        let minute = now.as_second().div_euclid(60);
        let expires = minute.saturating_mul(60).saturating_add(KEPT_SECONDS);
        self.count_below_limit(keys::rate_limit_key(owner, route, minute), "hits", most, expires)
            .await
    }

    /// Counts once in an item that expires at a time; returns the new count, or none if `most` was
    /// reached before.
    pub(crate) async fn count_below_limit(
        &self,
        key: TableKey,
        count: &str,
        most: u32,
        expires: i64,
    ) -> Result<Option<u32>, StoreError> {
        let request = self.update_request(&key);
        let request = request
            .update_expression("ADD #count :one SET #expires = :expires")
            .return_values(ReturnValue::UpdatedNew);
        let request =
            request.condition_expression("attribute_not_exists(#count) OR #count < :most");
        let request = request
            .expression_attribute_names("#count", count)
            .expression_attribute_names("#expires", EXPIRES);
        let request = request
            .expression_attribute_values(":one", number_value(1))
            .expression_attribute_values(":most", number_value(most));
        let counted =
            try_update(request.expression_attribute_values(":expires", number_value(expires)))
                .await?;
        Ok(counted.map(|item| number_in(&item, count).unwrap_or(most)))
    }
}
