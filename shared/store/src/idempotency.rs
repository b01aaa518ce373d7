//! Requests that must be done once: claimed by a conditional write before work begins, answered
//! again from what is kept.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use domain::basics::time::after;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::keys::{self, EXPIRES, PK, SK};
use crate::table::{Item, item_of, number, text, try_update, unavailable, value_of};
use crate::{Store, StoreError};

/// How long an answer is kept.
pub const ANSWER_SECONDS: i64 = 86_400;
/// How long a claim holds: longer than the API's function can run.
pub const CLAIM_SECONDS: i64 = 60;

/// An answer as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptAnswer {
    pub status: u16,
    pub content_type: String,
    pub body: String,
}

/// What came of claiming a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claimed {
    /// It is ours to do; the claim is named when it is answered or let go.
    Ours(Claim),
    /// It was done.
    Done(KeptAnswer),
    /// The key was used for another body.
    OtherBody,
    /// Somebody is doing it, at most for so many seconds.
    InFlight(u64),
}

/// A claim that was won.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    request: String,
    write: String,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    body: String,
    write: String,
    claimed_until: i64,
    expires: i64,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    answer: Option<KeptAnswer>,
}

impl Store {
    /// Claims a request by its hash; `body` is its body's hash. A claim whose time is over may be
    /// taken for the same body.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn claim(
        &self,
        request: &str,
        body: &str,
        now: Timestamp,
    ) -> Result<Claimed, StoreError> {
        let (write, seconds) = (self.write_id(), now.as_second());
        let (claimed_until, expires) =
            (after(now, CLAIM_SECONDS).as_second(), after(now, ANSWER_SECONDS).as_second());
        let kept =
            Kept { body: body.into(), write: write.clone(), claimed_until, expires, answer: None };
        let over = "#expires <= :now OR (attribute_not_exists(answer) AND claimed_until <= :now \
            AND body = :body)";
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .condition_expression(format!("attribute_not_exists(pk) OR {over}"));
        let put = put
            .set_item(Some(item_of("request", &keys::idempotent(request), &kept)?))
            .expression_attribute_names("#expires", EXPIRES);
        let put = put
            .expression_attribute_values(":now", number(seconds))
            .expression_attribute_values(":body", text(body));
        let put = put
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let ours = || Claimed::Ours(Claim { request: request.into(), write: write.clone() });
        let Err(error) = put.send().await else { return Ok(ours()) };
        let Some(there) = refused(error)? else { return Ok(Claimed::InFlight(1)) };
        let there: Kept = value_of("request", there)?;
        let left = there.seconds_left(seconds);
        Ok(match there.answer {
            _ if there.write == write => ours(),
            _ if there.body != body => Claimed::OtherBody,
            Some(answer) => Claimed::Done(answer),
            None => Claimed::InFlight(left),
        })
    }

    /// Keeps the answer to a claimed request.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the claim ran out and somebody else has it.
    pub async fn answered(&self, claim: &Claim, answer: &KeptAnswer) -> Result<(), StoreError> {
        let key = keys::idempotent(&claim.request);
        let kept: Item = serde_dynamo::to_item(answer)
            .map_err(|error| StoreError::unreadable("answer", &error))?;
        let request = self
            .client
            .update_item()
            .table_name(&self.table)
            .key(PK, text(key.pk))
            .key(SK, text(key.sk));
        let request = request
            .update_expression("SET answer = :answer")
            .condition_expression("#write = :write");
        let request = request
            .expression_attribute_names("#write", "write")
            .expression_attribute_values(":write", text(&claim.write));
        let kept =
            try_update(request.expression_attribute_values(":answer", AttributeValue::M(kept)))
                .await?;
        kept.map(drop).ok_or_else(|| StoreError::Conflict("the request".into()))
    }

    /// Lets a claim go: the request was not done, and may come again.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn let_go(&self, claim: &Claim) -> Result<(), StoreError> {
        let key = keys::idempotent(&claim.request);
        let request = self
            .client
            .delete_item()
            .table_name(&self.table)
            .key(PK, text(key.pk))
            .key(SK, text(key.sk));
        let request = request
            .condition_expression("#write = :write")
            .expression_attribute_names("#write", "write");
        match request
            .set_expression_attribute_values(Some(HashMap::from([(
                ":write".to_owned(),
                text(&claim.write),
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
            Err(error) => Err(unavailable("DeleteItem")(error)),
        }
    }
}

impl Kept {
    /// How many seconds the claim still holds at the second `now`; at least 1.
    fn seconds_left(&self, now: i64) -> u64 {
        u64::try_from(self.claimed_until.saturating_sub(now)).unwrap_or_default().max(1)
    }
}

/// The item that stood in the way.
fn refused(error: SdkError<PutItemError>) -> Result<Option<Item>, StoreError> {
    match error.as_service_error() {
        Some(PutItemError::ConditionalCheckFailedException(refused)) => Ok(refused.item.clone()),
        _ => Err(unavailable("PutItem")(error)),
    }
}
