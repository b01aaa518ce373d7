//! The schemas of resources in the API's document: the own fields, and the properties of every
//! resource.

use std::borrow::Cow;

use utoipa::openapi::schema::{AllOf, Array, Object, Schema};
use utoipa::openapi::{KnownFormat, ObjectBuilder, Ref, RefOr, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

use super::{ResourceLink, ResourceResponse};

impl<T: ToSchema> PartialSchema for ResourceResponse<T> {
    fn schema() -> RefOr<Schema> {
        AllOf::builder().item(T::schema()).item(common_schema()).into()
    }
}

impl<T: ToSchema> ToSchema for ResourceResponse<T> {
    fn name() -> Cow<'static, str> {
        T::name()
    }

    fn schemas(known: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(known);
        known.push((ResourceLink::name().into(), ResourceLink::schema()));
    }
}

fn common_schema() -> Object {
    let number = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)));
    let version = number.minimum(Some(1)).description(Some("Incremented by each change."));
    let links = Array::builder()
        .items(Ref::from_schema_name(ResourceLink::name()))
        .description(Some("The address of the resource."));
    let object = ObjectBuilder::new().property("version", version).required("version");
    object.property("links", links).required("links").build()
}
