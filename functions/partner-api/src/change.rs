//! PATCH: what is given is laid over what is shown, and read again by the rules of a POST.

use axum::extract::Request;
use domain::enrolment::Fault;
use jiff::Timestamp;
use runtime::http::{Code, Problem};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::body::{Given, read, refuse};

/// What a PATCH gives, and when.
#[derive(Debug)]
pub(crate) struct Change {
    pub given: Map<String, Value>,
    pub now: Timestamp,
}

impl Change {
    /// Reads a request's body.
    pub async fn read(request: Request) -> Result<Self, Problem> {
        let Given { body: given, now } = Given::<Map<String, Value>>::read(request).await?;
        Ok(Self { given, now })
    }

    /// The resource as it is to be. A field that stays as it is may be given; one that cannot change must not differ, and
    /// a `version` must be the current one.
    pub fn onto<T: DeserializeOwned>(&self, shown: &impl Serialize, changeable: &[&str]) -> Result<T, Problem> {
        let fields = serde_json::to_value(shown).map_err(|_| Problem::new(Code::InternalError, "The error is logged and looked at."))?;
        let Value::Object(mut fields) = fields else { return read(fields) };
        let fixed = |name: &String, value: &Value| !changeable.contains(&name.as_str()) && fields.get(name).is_some_and(|own| own != value);
        if self.given.get("version").is_some_and(|version| fixed(&"version".to_owned(), version)) {
            return Err(Problem::new(Code::Conflict, format!("It is at version {} by now; read it again.", fields["version"])));
        }
        let fixed = self.given.iter().filter(|(name, value)| fixed(name, value));
        refuse(fixed.map(|(name, _)| Fault::new(name, "NOT_CHANGEABLE", "Cannot be changed.")).collect())?;
        let changed = self.given.iter().filter(|(name, _)| changeable.contains(&name.as_str()));
        fields.extend(changed.map(|(name, value)| (name.clone(), value.clone())));
        read(Value::Object(fields))
    }
}
