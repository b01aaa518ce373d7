//! Idempotent requests: leased by a conditional write before work begins, answered from the stored
//! answer when repeated.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use domain::basics::time::add_seconds;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::keys::{self, EXPIRES, PK, SK};
use crate::table::{
    TableItem, from_table_item, number_value, text_value, to_table_item, try_update,
    unavailable_error,
};
use crate::{Store, StoreError};

/// The retention of an answer, in seconds.
pub const ANSWER_SECONDS: i64 = 86_400;
/// The duration of a lease, in seconds: longer than the API's function can run.
pub const CLAIM_SECONDS: i64 = 60;

/// The stored answer to a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredResponse {
    pub status: u16,
    pub content_type: String,
    pub body: String,
}

/// The result of leasing a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestLeaseResult {
    /// The caller has the lease, and names the lease to answer or release the request.
    Ours(RequestLease),
    /// The request was answered before.
    Done(StoredResponse),
    /// The idempotency key was used for another body.
    OtherBody,
    /// Another worker has the lease, for at most this many seconds.
    InFlight(u64),
}

/// A lease on a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestLease {
    request: String,
    write: String,
}

#[derive(Serialize, Deserialize)]
struct IdempotencyRow {
    body: String,
    write: String,
    claimed_until: i64,
    expires: i64,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    answer: Option<StoredResponse>,
}

impl Store {
    /// Leases a request by hash; `body` is the hash of the body. An expired lease may be taken over
    /// for the same body.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn lease_request(
        &self,
        request: &str,
        body: &str,
        now: Timestamp,
    ) -> Result<RequestLeaseResult, StoreError> {
        let (write, seconds) = (self.write_id(), now.as_second());
        let (claimed_until, expires) = (
            add_seconds(now, CLAIM_SECONDS).as_second(),
            add_seconds(now, ANSWER_SECONDS).as_second(),
        );
        let kept = IdempotencyRow {
            body: body.into(),
            write: write.clone(),
            claimed_until,
            expires,
            answer: None,
        };
        let put = self.build_lease_put(request, &kept, seconds)?;
        let ours = || {
            RequestLeaseResult::Ours(RequestLease { request: request.into(), write: write.clone() })
        };
        let Err(error) = put.send().await else { return Ok(ours()) };
        let Some(there) = existing_item(error)? else { return Ok(RequestLeaseResult::InFlight(1)) };
        let there: IdempotencyRow = from_table_item("request", there)?;
        let left = there.seconds_left(seconds);
        Ok(match there.answer {
            _ if there.write == write => ours(),
            _ if there.body != body => RequestLeaseResult::OtherBody,
            Some(answer) => RequestLeaseResult::Done(answer),
            None => RequestLeaseResult::InFlight(left),
        })
    }

    /// Builds the conditional put of a lease: over nothing, over an expired answer, or over an
    /// expired lease for the same body.
    fn build_lease_put(
        &self,
        request: &str,
        row: &IdempotencyRow,
        now: i64,
    ) -> Result<PutItemFluentBuilder, StoreError> {
        let over = "#expires <= :now OR (attribute_not_exists(answer) AND claimed_until <= :now \
            AND body = :body)";
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .condition_expression(format!("attribute_not_exists(pk) OR {over}"));
        let put = put
            .set_item(Some(to_table_item("request", &keys::idempotency_key(request), row)?))
            .expression_attribute_names("#expires", EXPIRES);
        let put = put
            .expression_attribute_values(":now", number_value(now))
            .expression_attribute_values(":body", text_value(&row.body));
        Ok(put
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld))
    }

    /// Stores the answer to a leased request.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the lease expired and another worker took the request over.
    pub async fn store_response(
        &self,
        claim: &RequestLease,
        answer: &StoredResponse,
    ) -> Result<(), StoreError> {
        let key = keys::idempotency_key(&claim.request);
        let kept: TableItem = serde_dynamo::to_item(answer)
            .map_err(|error| StoreError::from_serde_error("answer", &error))?;
        let request = self.update_request(&key);
        let request = request
            .update_expression("SET answer = :answer")
            .condition_expression("#write = :write");
        let request = request
            .expression_attribute_names("#write", "write")
            .expression_attribute_values(":write", text_value(&claim.write));
        let kept =
            try_update(request.expression_attribute_values(":answer", AttributeValue::M(kept)))
                .await?;
        kept.map(drop).ok_or_else(|| StoreError::Conflict("the request".into()))
    }

    /// Releases a lease: the request was not processed, and may be retried.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn release_request(&self, claim: &RequestLease) -> Result<(), StoreError> {
        let key = keys::idempotency_key(&claim.request);
        let request = self
            .client
            .delete_item()
            .table_name(&self.table)
            .key(PK, text_value(key.pk))
            .key(SK, text_value(key.sk));
        let request = request
            .condition_expression("#write = :write")
            .expression_attribute_names("#write", "write");
        match request
            .set_expression_attribute_values(Some(HashMap::from([(
                ":write".to_owned(),
                text_value(&claim.write),
            )])))
            .send()
            .await
        {
            Ok(_) => Ok(()),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(DeleteItemError::is_conditional_check_failed_exception) =>
            {
                Ok(())
            }
            Err(error) => Err(unavailable_error("DeleteItem")(error)),
        }
    }
}

impl IdempotencyRow {
    /// Returns the seconds left of the lease at the second `now`; at least 1.
    fn seconds_left(&self, now: i64) -> u64 {
        u64::try_from(self.claimed_until.saturating_sub(now)).unwrap_or_default().max(1)
    }
}

/// Returns the item that failed the condition.
fn existing_item(error: SdkError<PutItemError>) -> Result<Option<TableItem>, StoreError> {
    match error.as_service_error() {
        Some(PutItemError::ConditionalCheckFailedException(refused)) => Ok(refused.item.clone()),
        _ => Err(unavailable_error("PutItem")(error)),
    }
}
