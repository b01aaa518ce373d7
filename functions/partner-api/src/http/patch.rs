//! PATCH: the given fields replace the fields of the current resource, and the result is validated
//! like a POST.

use std::borrow::Cow;
use std::marker::PhantomData;

use axum::extract::Request;
use domain::account::enrolment::FieldError;
use flows::problem::{Code, ProblemDetails};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use utoipa::openapi::schema::{Object, Schema};
use utoipa::openapi::{ObjectBuilder, RefOr, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::http::body::{RequestBody, parse_value, refuse_faults};

/// The given fields of a PATCH, with the time of receipt.
#[derive(Debug)]
pub(crate) struct PatchRequest {
    pub given: Map<String, Value>,
    pub now: Timestamp,
}

impl PatchRequest {
    /// Reads a request's body.
    pub async fn read_request(request: Request) -> Result<Self, ProblemDetails> {
        let RequestBody { body, now } = RequestBody::<Value>::read_request(request).await?;
        Ok(Self { given: parse_value(body)?, now })
    }

    /// Returns the changed resource. An unchanged field may be repeated. A field that cannot change
    /// must equal the current value, and a `version` must be current.
    pub fn apply_onto<T: DeserializeOwned>(
        &self,
        shown: &impl Serialize,
        changeable: &[&str],
    ) -> Result<T, ProblemDetails> {
        let fields = serde_json::to_value(shown).map_err(|_| {
            ProblemDetails::new(Code::InternalError, "The error is logged and looked at.")
        })?;
        let Value::Object(mut fields) = fields else { return parse_value(fields) };
        let fixed = |name: &String, value: &Value| {
            !changeable.contains(&name.as_str()) && fields.get(name).is_some_and(|own| own != value)
        };
        if self.given.get("version").is_some_and(|version| fixed(&"version".to_owned(), version)) {
            return Err(ProblemDetails::new(
                Code::Conflict,
                format!("It is at version {} by now; read it again.", fields["version"]),
            ));
        }
        let is_known =
            |name: &String| fields.contains_key(name) || changeable.contains(&name.as_str());
        let unknown = self
            .given
            .keys()
            .filter(|name| !is_known(name))
            .map(|name| FieldError::new(name, "UNKNOWN_FIELD", "Is no field of this."));
        let fixed = self.given.iter().filter(|(name, value)| fixed(name, value));
        let fixed =
            fixed.map(|(name, _)| FieldError::new(name, "NOT_CHANGEABLE", "Cannot be changed."));
        refuse_faults(unknown.chain(fixed).collect())?;
        let changed = self.given.iter().filter(|(name, _)| changeable.contains(&name.as_str()));
        fields.extend(changed.map(|(name, value)| (name.clone(), value.clone())));
        parse_value(Value::Object(fields))
    }
}

/// A POST body with fields that a PATCH may change.
pub(crate) trait PatchableBody: ToSchema {
    /// The fields that a PATCH may change.
    const CHANGEABLE: &'static [&'static str];
}

/// The body of a PATCH in the API document: the changeable fields of the POST, and the expected
/// version.
pub(crate) struct PatchBody<T>(PhantomData<T>);

impl<T: PatchableBody> PatchBody<T> {
    fn from_object(made: Object) -> Object {
        let version = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1));
        let version = version.description(Some("The current version; else 409 `CONFLICT`."));
        let changeable =
            made.properties.into_iter().filter(|(name, _)| T::CHANGEABLE.contains(&name.as_str()));
        let fields = changeable.fold(ObjectBuilder::new(), |object, (name, schema)| {
            object.property(name, without_default(schema))
        });
        fields
            .property("version", version)
            .description(Some("Absent fields stay unchanged."))
            .build()
    }
}

impl<T: PatchableBody> PartialSchema for PatchBody<T> {
    fn schema() -> RefOr<Schema> {
        match T::schema() {
            RefOr::T(Schema::Object(made)) => Self::from_object(made).into(),
            other => other,
        }
    }
}

impl<T: PatchableBody> ToSchema for PatchBody<T> {
    fn name() -> Cow<'static, str> {
        format!("ChangeOf{}", T::name().trim_start_matches("New")).into()
    }

    fn schemas(known: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(known);
    }
}

/// Removes the default: an absent field of a PATCH stays unchanged.
fn without_default(mut schema: RefOr<Schema>) -> RefOr<Schema> {
    if let RefOr::T(Schema::Object(object)) = &mut schema {
        object.default = None;
    }
    schema
}
