//! A page of a list, and what the document says of such pages.

use std::borrow::Cow;

use serde::Serialize;
use utoipa::openapi::schema::{Schema, SchemaType};
use utoipa::openapi::{Array, ObjectBuilder, Ref, RefOr, Type};
use utoipa::{PartialSchema, ToSchema};

/// What the document says of the next cursor.
const NEXT: &str = "Give it as `cursor`, with the same path, filters and `sort`, to read on. Null \
    at the end, and on long lists that are sorted by another time than that of receipt or \
    creation.";

/// A page of a list.
#[derive(Debug, Serialize)]
pub(crate) struct ListResponse<T> {
    pub items: Vec<T>,
    pub count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) count_is_exact: Option<bool>,
    /// Give it as `cursor` to read on; null at the end.
    pub(super) next_cursor: Option<String>,
}

impl<T> ListResponse<T> {
    /// The same page of something else.
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
            "How many there are on all pages, by `cursor` on this \
            page and those after it; exact to 10,000.",
        )
        .minimum(Some(0));
        let exact = field(Type::Boolean, "False where there are more than were counted.");
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
