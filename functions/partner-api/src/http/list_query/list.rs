//! A page of a list, and its schema in the API document.

use std::borrow::Cow;

use serde::Serialize;
use utoipa::openapi::schema::{Schema, SchemaType};
use utoipa::openapi::{Array, ObjectBuilder, Ref, RefOr, Type};
use utoipa::{PartialSchema, ToSchema};

/// The description of the next cursor.
const NEXT: &str = "The `cursor` for the next page, with the same path, filters and `sort`. Null \
    at the end, and on long lists that are sorted by a time other than that of receipt or \
    creation.";

/// A page of a list.
#[derive(Debug, Serialize)]
pub(crate) struct ListResponse<T> {
    pub items: Vec<T>,
    pub count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) count_is_exact: Option<bool>,
    /// The value for `cursor` of the next request; null at the end.
    pub(super) next_cursor: Option<String>,
}

impl<T> ListResponse<T> {
    /// Returns the same page with other items.
    pub fn with_items<U>(self, items: Vec<U>) -> ListResponse<U> {
        ListResponse {
            items,
            count: self.count,
            count_is_exact: self.count_is_exact,
            next_cursor: self.next_cursor,
        }
    }
}

impl<T: ToSchema> PartialSchema for ListResponse<T> {
    fn schema() -> RefOr<Schema> {
        let field = |kind: Type, about: &str| {
            ObjectBuilder::new().schema_type(kind).description(Some(about))
        };
        let count = field(
            Type::Integer,
            "The number of items on all pages; with `cursor`, on this page and the pages after it. \
            Exact up to 10,000.",
        )
        .minimum(Some(0));
        let exact = field(Type::Boolean, "False if the list has more items than were counted.");
        let next =
            ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::String, Type::Null]));
        let object = ObjectBuilder::new()
            .property("items", Array::new(Ref::from_schema_name(T::name())))
            .required("items");
        let object =
            object.property("count", count).required("count").property("count_is_exact", exact);
        object.property("next_cursor", next.description(Some(NEXT))).required("next_cursor").into()
    }
}

impl<T: ToSchema> ToSchema for ListResponse<T> {
    fn name() -> Cow<'static, str> {
        format!("ListOf{}", T::name()).into()
    }

    fn schemas(known: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(known);
        known.push((T::name().into(), T::schema()));
    }
}
