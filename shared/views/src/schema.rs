//! What the API's document says of a resource: the schema of its fields, and of what every resource
//! has.

use std::borrow::Cow;

use utoipa::openapi::schema::{AllOf, Array, Object, Schema};
use utoipa::openapi::{KnownFormat, ObjectBuilder, Ref, RefOr, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

use super::{Link, Shown};

impl<T: ToSchema> PartialSchema for Shown<T> {
    fn schema() -> RefOr<Schema> {
        AllOf::builder().item(T::schema()).item(of_all()).into()
    }
}

impl<T: ToSchema> ToSchema for Shown<T> {
    fn name() -> Cow<'static, str> {
        T::name()
    }

    fn schemas(known: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(known);
        known.push((Link::name().into(), Link::schema()));
    }
}

fn of_all() -> Object {
    let number = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)));
    let version = number.minimum(Some(1)).description(Some("Raised by each change."));
    let links = Array::builder()
        .items(Ref::from_schema_name(Link::name()))
        .description(Some("Where it is."));
    let object = ObjectBuilder::new().property("version", version).required("version");
    object.property("links", links).required("links").build()
}
