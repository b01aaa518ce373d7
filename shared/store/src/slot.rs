//! Slots of processor accounts: one item an account and stage has the time of its next free slot.

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::ReturnValue;
use domain::alert::pipeline::Stage;
use domain::basics::time::after;
use domain::calls::slot::{FURTHEST_SECONDS, SLOT_DISTANCE_MS, Slot};
use jiff::Timestamp;

use crate::keys::{self, EXPIRES, PK, SK};
use crate::table::{number, number_in, text, try_update};
use crate::{Store, StoreError};

/// How long the item of an account without alerts is kept.
const KEPT_SECONDS: i64 = 86_400;

impl Store {
    /// Reserves the next slot of a processor's account: one request where none waits for it, two where others do.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn reserve_slot(&self, account: &str, stage: Stage, now: Timestamp) -> Result<Slot, StoreError> {
        let millis = now.as_millisecond();
        let next = millis.saturating_add(SLOT_DISTANCE_MS);
        let is_idle = self.slot_update(account, stage, now).update_expression("SET #next = :next, #expires = :expires");
        let is_idle = is_idle.condition_expression("attribute_not_exists(#next) OR #next <= :now");
        let is_idle = is_idle.expression_attribute_values(":next", number(next)).expression_attribute_values(":now", number(millis));
        if moved_to(is_idle).await?.is_some() {
            return Ok(Slot::Now);
        }
        let furthest = after(now, FURTHEST_SECONDS.into()).as_millisecond();
        let behind = self.slot_update(account, stage, now).update_expression("SET #next = #next + :distance, #expires = :expires");
        let behind = behind.condition_expression("#next <= :furthest").expression_attribute_values(":furthest", number(furthest));
        let behind = behind.expression_attribute_values(":distance", number(SLOT_DISTANCE_MS));
        let at = moved_to(behind).await?.map(|next| next.saturating_sub(SLOT_DISTANCE_MS));
        Ok(Slot::of(at.and_then(|at| Timestamp::from_millisecond(at).ok()), now))
    }

    fn slot_update(&self, account: &str, stage: Stage, now: Timestamp) -> UpdateItemFluentBuilder {
        let (key, expires) = (keys::slot(account, stage), now.as_second().saturating_add(KEPT_SECONDS));
        let request = self.client.update_item().table_name(&self.table).key(PK, text(key.pk)).key(SK, text(key.sk));
        let request = request.expression_attribute_names("#next", "next").expression_attribute_names("#expires", EXPIRES);
        request.expression_attribute_values(":expires", number(expires)).return_values(ReturnValue::UpdatedNew)
    }
}

/// The next free slot after an update; nothing where its condition did not hold.
async fn moved_to(request: UpdateItemFluentBuilder) -> Result<Option<i64>, StoreError> {
    Ok(try_update(request).await?.and_then(|item| number_in(&item, "next")))
}
