//! The rows of routes: how a row is written, how a row is dropped, and how rows are read.

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use domain::account::enrolment::Route;
use domain::basics::id::ConnectionId;
use domain::basics::time::after;
use jiff::Timestamp;

use super::parts::way_of;
use crate::keys::{self, EXPIRES};
use crate::table::{Item, item_of, key_item, number, unavailable, value_of};
use crate::{Store, StoreError};

/// That a route was dropped, and for which version, is kept so long: whoever is slower than that
/// puts it back.
const DROPPED_LASTS: i64 = 24 * 3600;
/// The mark of a row that was dropped.
const DROPPED: &str = "dropped";
/// A row that was written for a later version of its enrolment stays.
const NOT_LATER: &str = "attribute_not_exists(version) OR version <= :version";
/// And one that was dropped for this very version, too.
const NOT_DROPPED: &str = "attribute_not_exists(version) OR version < :version OR (version = \
    :version AND attribute_not_exists(dropped))";

impl Store {
    pub(super) async fn put_route(
        &self,
        connection: &ConnectionId,
        route: &Route,
        version: u64,
    ) -> Result<bool, StoreError> {
        let mut item = item_of("route", &route_key(connection, route), route)?;
        item.insert("version".into(), number(version));
        let request = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression(NOT_DROPPED);
        let request = request
            .expression_attribute_values(":version", number(version))
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
            Err(error) => Err(unavailable("PutItem")(error)),
        }
    }

    pub(super) async fn drop_route(
        &self,
        connection: &ConnectionId,
        route: &Route,
        (version, now): (u64, Timestamp),
    ) -> Result<(), StoreError> {
        let mut item = key_item(route_key(connection, route));
        item.extend([
            ("version".to_owned(), number(version)),
            (DROPPED.to_owned(), AttributeValue::Bool(true)),
        ]);
        item.insert(EXPIRES.to_owned(), number(after(now, DROPPED_LASTS).as_second()));
        let request = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression(NOT_LATER);
        match request.expression_attribute_values(":version", number(version)).send().await {
            Ok(_) => Ok(()),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(PutItemError::is_conditional_check_failed_exception) =>
            {
                Ok(())
            }
            Err(error) => Err(unavailable("PutItem")(error)),
        }
    }
}

fn route_key(connection: &ConnectionId, route: &Route) -> keys::Key {
    keys::route(connection, way_of(route).0, &route.descriptor, &route.enrolment)
}

/// The routes of rows, but of those that were dropped.
pub(super) fn routes_of(items: Vec<Item>) -> Result<Vec<Route>, StoreError> {
    items
        .into_iter()
        .filter(|item| !item.contains_key(DROPPED))
        .map(|item| value_of("route", item))
        .collect()
}
