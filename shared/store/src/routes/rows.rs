//! The rows of routes: writing, dropping and reading of rows.

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use domain::account::enrolment::DescriptorRoute;
use domain::basics::id::ConnectionId;
use domain::basics::time::add_seconds;
use jiff::Timestamp;

use super::parts::search_prefix_of;
use crate::keys::{self, EXPIRES};
use crate::table::{
    TableItem, from_table_item, key_item, number_value, to_table_item, unavailable_error,
};
use crate::{Store, StoreError};

/// The retention of the mark of a dropped route, in seconds. A writer of an earlier version that is
/// slower puts the route back.
const DROPPED_LASTS: i64 = 24 * 3600;
/// The mark of a row that was dropped.
const DROPPED: &str = "dropped";
/// The condition under which a row for a later version of the enrolment stays.
const NOT_LATER: &str = "attribute_not_exists(version) OR version <= :version";
/// The condition under which a row dropped for this very version stays, too.
const NOT_DROPPED: &str = "attribute_not_exists(version) OR version < :version OR (version = \
    :version AND attribute_not_exists(dropped))";

impl Store {
    pub(super) async fn put_route(
        &self,
        connection: &ConnectionId,
        route: &DescriptorRoute,
        version: u64,
    ) -> Result<bool, StoreError> {
        let mut item = to_table_item("route", &key_of_route(connection, route), route)?;
        item.insert("version".into(), number_value(version));
        let request = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression(NOT_DROPPED);
        let request = request
            .expression_attribute_values(":version", number_value(version))
            .return_values(ReturnValue::AllOld);
        match request.send().await {
            Ok(done) => Ok(done.attributes.is_none_or(|before| before.contains_key(DROPPED))),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(PutItemError::is_conditional_check_failed_exception) =>
            {
                Ok(false)
            }
            Err(error) => Err(unavailable_error("PutItem")(error)),
        }
    }

    pub(super) async fn drop_route(
        &self,
        connection: &ConnectionId,
        route: &DescriptorRoute,
        (version, now): (u64, Timestamp),
    ) -> Result<(), StoreError> {
        let mut item = key_item(key_of_route(connection, route));
        item.extend([
            ("version".to_owned(), number_value(version)),
            (DROPPED.to_owned(), AttributeValue::Bool(true)),
        ]);
        item.insert(EXPIRES.to_owned(), number_value(add_seconds(now, DROPPED_LASTS).as_second()));
        let request = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression(NOT_LATER);
        match request.expression_attribute_values(":version", number_value(version)).send().await {
            Ok(_) => Ok(()),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(PutItemError::is_conditional_check_failed_exception) =>
            {
                Ok(())
            }
            Err(error) => Err(unavailable_error("PutItem")(error)),
        }
    }
}

fn key_of_route(connection: &ConnectionId, route: &DescriptorRoute) -> keys::TableKey {
    keys::route_key(connection, search_prefix_of(route).0, &route.descriptor, &route.enrolment)
}

/// Reads the routes of rows, except dropped rows.
pub(super) fn routes_in_rows(items: Vec<TableItem>) -> Result<Vec<DescriptorRoute>, StoreError> {
    items
        .into_iter()
        .filter(|item| !item.contains_key(DROPPED))
        .map(|item| from_table_item("route", item))
        .collect()
}
