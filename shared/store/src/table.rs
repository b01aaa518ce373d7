//! The table's five operations over serde types, with the SDK's errors distinguished.

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

use crate::keys::{PK, SK, TableKey};
use crate::{Store, StoreError};

/// An item of the table.
pub type TableItem = HashMap<String, AttributeValue>;

/// The result of a conditional write.
#[derive(Debug)]
pub(crate) enum WriteResult {
    Done,
    /// The condition failed; the stored item, if any.
    Refused(Box<Option<TableItem>>),
}

/// Builds the key attributes of a request.
pub(crate) fn key_item(key: TableKey) -> TableItem {
    TableItem::from([(PK.to_owned(), text_value(key.pk)), (SK.to_owned(), text_value(key.sk))])
}

pub(crate) fn text_value(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

pub(crate) fn number_value(value: impl Into<i128>) -> AttributeValue {
    AttributeValue::N(value.into().to_string())
}

/// Serialises a domain value as an item under a key.
pub(crate) fn to_table_item<T: Serialize>(
    what: &'static str,
    key: &TableKey,
    value: &T,
) -> Result<TableItem, StoreError> {
    let mut item: TableItem =
        serde_dynamo::to_item(value).map_err(|e| StoreError::from_serde_error(what, &e))?;
    item.insert(PK.into(), text_value(&key.pk));
    item.insert(SK.into(), text_value(&key.sk));
    Ok(item)
}

/// Deserialises an item as a domain value.
pub(crate) fn from_table_item<T: DeserializeOwned>(
    what: &'static str,
    item: TableItem,
) -> Result<T, StoreError> {
    serde_dynamo::from_item(item).map_err(|e| StoreError::from_serde_error(what, &e))
}

pub(crate) fn unavailable_error<E>(
    operation: &'static str,
) -> impl FnOnce(SdkError<E>) -> StoreError
where
    E: std::error::Error + Send + Sync + 'static,
{
    move |source| StoreError::Unavailable { operation, source: Box::new(source) }
}

/// Sends a conditional update; returns the attributes, or none if the condition failed.
pub(crate) async fn try_update(
    request: UpdateItemFluentBuilder,
) -> Result<Option<TableItem>, StoreError> {
    match request.send().await {
        Ok(done) => Ok(Some(done.attributes.unwrap_or_default())),
        Err(error)
            if error
                .as_service_error()
                .is_some_and(UpdateItemError::is_conditional_check_failed_exception) =>
        {
            Ok(None)
        }
        Err(error) => Err(unavailable_error("UpdateItem")(error)),
    }
}

/// Reads a number of an item.
pub(crate) fn number_in<N: FromStr>(item: &TableItem, name: &str) -> Option<N> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

/// Wraps the error of a request part that the SDK would not build: no part is omitted in silence.
pub(crate) fn unbuilt_error(operation: &'static str) -> impl Fn(BuildError) -> StoreError {
    move |source| StoreError::Unavailable { operation, source: Box::new(source) }
}

impl Store {
    /// Builds a Query of the items under a key with sort keys between two bounds.
    pub(crate) fn between(&self, pk: &str, (from, to): (&str, &str)) -> QueryFluentBuilder {
        let request = self.client.query().table_name(&self.table);
        let request = request.key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to");
        let request = request.expression_attribute_values(":pk", text_value(pk));
        request
            .expression_attribute_values(":from", text_value(from))
            .expression_attribute_values(":to", text_value(to))
    }

    /// Returns an update of the item under a key, for the caller to fill in.
    pub(crate) fn update_request(&self, key: &TableKey) -> UpdateItemFluentBuilder {
        let request = self.client.update_item().table_name(&self.table);
        request.key(PK, text_value(&key.pk)).key(SK, text_value(&key.sk))
    }

    /// Reads an item, consistently.
    pub(crate) async fn get_item<T: DeserializeOwned>(
        &self,
        what: &'static str,
        key: &TableKey,
    ) -> Result<Option<T>, StoreError> {
        let request = self.client.get_item().table_name(&self.table).consistent_read(true);
        let request = request.key(PK, text_value(&key.pk)).key(SK, text_value(&key.sk));
        let answer = request.send().await.map_err(unavailable_error("GetItem"))?;
        answer.item.map(|item| from_table_item(what, item)).transpose()
    }

    /// Writes an item unconditionally.
    pub(crate) async fn put_item(&self, item: TableItem) -> Result<(), StoreError> {
        let request = self.client.put_item().table_name(&self.table).set_item(Some(item));
        request.send().await.map_err(unavailable_error("PutItem")).map(drop)
    }

    /// Writes an item only if the key has none.
    pub(crate) async fn put_new_item(&self, item: TableItem) -> Result<WriteResult, StoreError> {
        self.put_conditionally(item, "attribute_not_exists(pk)", None).await
    }

    /// Writes an item only over the given version; for version 0, only if the key has no item.
    pub(crate) async fn put_over_version(
        &self,
        item: TableItem,
        version: u64,
    ) -> Result<WriteResult, StoreError> {
        if version == 0 {
            self.put_new_item(item).await
        } else {
            self.put_conditionally(item, "version = :old", Some(version)).await
        }
    }

    /// Writes the next version of an item only over the preceding version. The SDK retries a write
    /// whose answer was lost, and is then refused by the own success: an equal stored item is
    /// therefore no conflict.
    pub(crate) async fn put_next_version(
        &self,
        what: &str,
        item: TableItem,
        version: u64,
    ) -> Result<(), StoreError> {
        match self.put_over_version(item.clone(), version.saturating_sub(1)).await? {
            WriteResult::Refused(there) if there.as_ref().as_ref() != Some(&item) => {
                Err(StoreError::Conflict(what.to_owned()))
            }
            WriteResult::Done | WriteResult::Refused(_) => Ok(()),
        }
    }

    async fn put_conditionally(
        &self,
        item: TableItem,
        condition: &str,
        old: Option<u64>,
    ) -> Result<WriteResult, StoreError> {
        let request = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression(condition);
        let request = request
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let values = old.map(|version| HashMap::from([(":old".to_owned(), number_value(version))]));
        match request.set_expression_attribute_values(values).send().await {
            Ok(_) => Ok(WriteResult::Done),
            Err(error) => match error.as_service_error() {
                Some(refused) if refused.is_conditional_check_failed_exception() => {
                    let old = match error.into_service_error() {
                        PutItemError::ConditionalCheckFailedException(refused) => refused.item,
                        _ => None,
                    };
                    Ok(WriteResult::Refused(Box::new(old)))
                }
                _ => Err(unavailable_error("PutItem")(error)),
            },
        }
    }

    /// Deletes an item, if present.
    pub(crate) async fn delete_item(&self, key: &TableKey) -> Result<(), StoreError> {
        let request = self
            .client
            .delete_item()
            .table_name(&self.table)
            .key(PK, text_value(&key.pk))
            .key(SK, text_value(&key.sk));
        request.send().await.map_err(unavailable_error("DeleteItem")).map(drop)
    }

    /// Deletes an item only at the given version; a missing item counts as deleted.
    pub(crate) async fn delete_version(
        &self,
        key: &TableKey,
        version: u64,
    ) -> Result<bool, StoreError> {
        let request = self
            .client
            .delete_item()
            .table_name(&self.table)
            .key(PK, text_value(&key.pk))
            .key(SK, text_value(&key.sk));
        let request = request.condition_expression("attribute_not_exists(pk) OR version = :old");
        match request.expression_attribute_values(":old", number_value(version)).send().await {
            Ok(_) => Ok(true),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(DeleteItemError::is_conditional_check_failed_exception) =>
            {
                Ok(false)
            }
            Err(error) => Err(unavailable_error("DeleteItem")(error)),
        }
    }

    /// Reads the items under a key with sort keys between two bounds, consistently, up to a number
    /// that honest data does not reach.
    pub(crate) async fn query_items(
        &self,
        pk: &str,
        from: &str,
        to: &str,
        most: usize,
    ) -> Result<Vec<TableItem>, StoreError> {
        let mut pages = self.between(pk, (from, to)).consistent_read(true).into_paginator().send();
        let mut items = Vec::new();
        while let Some(page) = pages.next().await {
            items.extend(page.map_err(unavailable_error("Query"))?.items.unwrap_or_default());
            if items.len() > most {
                return Err(StoreError::TooMany(most));
            }
        }
        Ok(items)
    }

    /// Reads the items under a key with this prefix of the sort key, consistently.
    pub(crate) async fn query_prefix<T: DeserializeOwned>(
        &self,
        what: &'static str,
        pk: &str,
        prefix: &str,
    ) -> Result<Vec<T>, StoreError> {
        let items = self.query_items(pk, prefix, &format!("{prefix}\u{10ffff}"), 10_000).await?;
        items.into_iter().map(|item| from_table_item(what, item)).collect()
    }
}
