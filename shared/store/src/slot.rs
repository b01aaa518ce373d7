//! Slots of processor accounts: for each share of an account an item has the time of the next free
//! slot.

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::ReturnValue;
use domain::calls::slot::{RequestLoad, SlotReservation, SlotShare};
use jiff::Timestamp;

use crate::keys::{self, EXPIRES};
use crate::table::{number_in, number_value, try_update};
use crate::{Store, StoreError};

/// The retention of the item of an account without alerts, in seconds.
const KEPT_SECONDS: i64 = 86_400;

impl Store {
    /// Reserves the next slot of a processor's account, not later than `furthest`: one request if
    /// the account is idle, two if not.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn reserve_slot(
        &self,
        account: &str,
        load: RequestLoad,
        furthest: Timestamp,
        now: Timestamp,
    ) -> Result<SlotReservation, StoreError> {
        let (millis, furthest) = (now.as_millisecond(), furthest.as_millisecond());
        let next = millis.saturating_add(load.to_millis());
        let is_idle = self
            .slot_update_request(account, load.share, now)
            .update_expression("SET #next = :next, #expires = :expires");
        let is_idle = is_idle.condition_expression("attribute_not_exists(#next) OR #next <= :now");
        let is_idle = is_idle
            .expression_attribute_values(":next", number_value(next))
            .expression_attribute_values(":now", number_value(millis));
        if send_slot_update(is_idle).await?.is_some() {
            return Ok(SlotReservation::Now);
        }
        let behind = self
            .slot_update_request(account, load.share, now)
            .update_expression("SET #next = #next + :length, #expires = :expires");
        let behind = behind
            .condition_expression("#next <= :furthest")
            .expression_attribute_values(":furthest", number_value(furthest));
        let behind = behind.expression_attribute_values(":length", number_value(load.to_millis()));
        let at = send_slot_update(behind).await?.map(|next| next.saturating_sub(load.to_millis()));
        Ok(SlotReservation::from_time(at.and_then(|at| Timestamp::from_millisecond(at).ok()), now))
    }

    fn slot_update_request(
        &self,
        account: &str,
        share: SlotShare,
        now: Timestamp,
    ) -> UpdateItemFluentBuilder {
        let (key, expires) =
            (keys::slot_key(account, share), now.as_second().saturating_add(KEPT_SECONDS));
        let request = self.update_request(&key);
        let request = request
            .expression_attribute_names("#next", "next")
            .expression_attribute_names("#expires", EXPIRES);
        request
            .expression_attribute_values(":expires", number_value(expires))
            .return_values(ReturnValue::UpdatedNew)
    }
}

/// Sends an update; returns the next free slot, or none if the condition failed.
async fn send_slot_update(request: UpdateItemFluentBuilder) -> Result<Option<i64>, StoreError> {
    Ok(try_update(request).await?.and_then(|item| number_in(&item, "next")))
}
