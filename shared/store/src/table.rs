//! The table's five verbs over serde types, with the SDK's errors told apart.

use std::collections::HashMap;
use std::str::FromStr;

use aws_sdk_dynamodb::error::{BuildError, SdkError};
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::keys::{Key, PK, SK};
use crate::{Store, StoreError};

/// An item of the table.
pub type Item = HashMap<String, AttributeValue>;

/// What came of a conditional write.
#[derive(Debug)]
pub(crate) enum Wrote {
    Done,
    /// The condition was not met; the item as it is, where there is one.
    Refused(Box<Option<Item>>),
}

/// A key as the table is asked for it.
pub(crate) fn key_item(key: Key) -> Item {
    Item::from([(PK.to_owned(), text(key.pk)), (SK.to_owned(), text(key.sk))])
}

/// A text attribute.
pub(crate) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// A number attribute.
pub(crate) fn number(value: impl Into<i128>) -> AttributeValue {
    AttributeValue::N(value.into().to_string())
}

/// A domain value as an item under a key.
pub(crate) fn item_of<T: Serialize>(
    what: &'static str,
    key: &Key,
    value: &T,
) -> Result<Item, StoreError> {
    let mut item: Item =
        serde_dynamo::to_item(value).map_err(|e| StoreError::unreadable(what, &e))?;
    item.insert(PK.into(), text(&key.pk));
    item.insert(SK.into(), text(&key.sk));
    Ok(item)
}

/// An item as a domain value.
pub(crate) fn value_of<T: DeserializeOwned>(
    what: &'static str,
    item: Item,
) -> Result<T, StoreError> {
    serde_dynamo::from_item(item).map_err(|e| StoreError::unreadable(what, &e))
}

pub(crate) fn unavailable<E>(operation: &'static str) -> impl FnOnce(SdkError<E>) -> StoreError
where
    E: std::error::Error + Send + Sync + 'static,
{
    move |source| StoreError::Unavailable { operation, source: Box::new(source) }
}

/// What a conditional update gives back; nothing where its condition did not hold.
pub(crate) async fn try_update(
    request: UpdateItemFluentBuilder,
) -> Result<Option<Item>, StoreError> {
    match request.send().await {
        Ok(done) => Ok(Some(done.attributes.unwrap_or_default())),
        Err(error)
            if error
                .as_service_error()
                .is_some_and(UpdateItemError::is_conditional_check_failed_exception) =>
        {
            Ok(None)
        }
        Err(error) => Err(unavailable("UpdateItem")(error)),
    }
}

/// A number of an item.
pub(crate) fn number_in<N: FromStr>(item: &Item, name: &str) -> Option<N> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

/// A part of a request that the SDK would not build: none of it is left out in silence.
pub(crate) fn unbuilt(operation: &'static str) -> impl Fn(BuildError) -> StoreError {
    move |source| StoreError::Unavailable { operation, source: Box::new(source) }
}

impl Store {
    /// A Query of the items under a key whose sort keys lie between two.
    pub(crate) fn between(&self, pk: &str, (from, to): (&str, &str)) -> QueryFluentBuilder {
        let request = self.client.query().table_name(&self.table);
        let request = request.key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to");
        let request = request.expression_attribute_values(":pk", text(pk));
        request
            .expression_attribute_values(":from", text(from))
            .expression_attribute_values(":to", text(to))
    }

    /// Reads an item, consistently.
    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        what: &'static str,
        key: &Key,
    ) -> Result<Option<T>, StoreError> {
        let request = self.client.get_item().table_name(&self.table).consistent_read(true);
        let request = request.key(PK, text(&key.pk)).key(SK, text(&key.sk));
        let answer = request.send().await.map_err(unavailable("GetItem"))?;
        answer.item.map(|item| value_of(what, item)).transpose()
    }

    /// Writes an item, whatever was there.
    pub(crate) async fn put(&self, item: Item) -> Result<(), StoreError> {
        let request = self.client.put_item().table_name(&self.table).set_item(Some(item));
        request.send().await.map_err(unavailable("PutItem")).map(drop)
    }

    /// Writes an item only if there is none under its key.
    pub(crate) async fn put_new(&self, item: Item) -> Result<Wrote, StoreError> {
        self.put_if(item, "attribute_not_exists(pk)", None).await
    }

    /// Writes an item only over the given version; over nothing for version 0.
    pub(crate) async fn put_over(&self, item: Item, version: u64) -> Result<Wrote, StoreError> {
        if version == 0 {
            self.put_new(item).await
        } else {
            self.put_if(item, "version = :old", Some(version)).await
        }
    }

    /// Writes the next version of something only over the version before it. The SDK repeats a
    /// write whose answer was lost, and is then refused by its own success: what is there is
    /// what was to be written.
    pub(crate) async fn put_next(
        &self,
        what: &str,
        item: Item,
        version: u64,
    ) -> Result<(), StoreError> {
        match self.put_over(item.clone(), version.saturating_sub(1)).await? {
            Wrote::Refused(there) if there.as_ref().as_ref() != Some(&item) => {
                Err(StoreError::Conflict(what.to_owned()))
            }
            Wrote::Done | Wrote::Refused(_) => Ok(()),
        }
    }

    async fn put_if(
        &self,
        item: Item,
        condition: &str,
        old: Option<u64>,
    ) -> Result<Wrote, StoreError> {
        let request = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression(condition);
        let request = request
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let values = old.map(|version| HashMap::from([(":old".to_owned(), number(version))]));
        match request.set_expression_attribute_values(values).send().await {
            Ok(_) => Ok(Wrote::Done),
            Err(error) => match error.as_service_error() {
                Some(refused) if refused.is_conditional_check_failed_exception() => {
                    let old = match error.into_service_error() {
                        PutItemError::ConditionalCheckFailedException(refused) => refused.item,
                        _ => None,
                    };
                    Ok(Wrote::Refused(Box::new(old)))
                }
                _ => Err(unavailable("PutItem")(error)),
            },
        }
    }

    /// Deletes an item, if it is there.
    pub(crate) async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        let request = self
            .client
            .delete_item()
            .table_name(&self.table)
            .key(PK, text(&key.pk))
            .key(SK, text(&key.sk));
        request.send().await.map_err(unavailable("DeleteItem")).map(drop)
    }

    /// Deletes an item only at the given version; one that is gone already counts as deleted.
    pub(crate) async fn delete_at(&self, key: &Key, version: u64) -> Result<bool, StoreError> {
        let request = self
            .client
            .delete_item()
            .table_name(&self.table)
            .key(PK, text(&key.pk))
            .key(SK, text(&key.sk));
        let request = request.condition_expression("attribute_not_exists(pk) OR version = :old");
        match request.expression_attribute_values(":old", number(version)).send().await {
            Ok(_) => Ok(true),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(DeleteItemError::is_conditional_check_failed_exception) =>
            {
                Ok(false)
            }
            Err(error) => Err(unavailable("DeleteItem")(error)),
        }
    }

    /// Reads the items under a key whose sort keys lie between two, consistently, up to a number no
    /// honest data has.
    pub(crate) async fn query(
        &self,
        pk: &str,
        from: &str,
        to: &str,
        most: usize,
    ) -> Result<Vec<Item>, StoreError> {
        let mut pages = self.between(pk, (from, to)).consistent_read(true).into_paginator().send();
        let mut items = Vec::new();
        while let Some(page) = pages.next().await {
            items.extend(page.map_err(unavailable("Query"))?.items.unwrap_or_default());
            if items.len() > most {
                return Err(StoreError::TooMany(most));
            }
        }
        Ok(items)
    }

    /// Reads the items under a key whose sort keys begin so, consistently.
    pub(crate) async fn query_prefix<T: DeserializeOwned>(
        &self,
        what: &'static str,
        pk: &str,
        prefix: &str,
    ) -> Result<Vec<T>, StoreError> {
        let items = self.query(pk, prefix, &format!("{prefix}\u{10ffff}"), 10_000).await?;
        items.into_iter().map(|item| value_of(what, item)).collect()
    }
}
