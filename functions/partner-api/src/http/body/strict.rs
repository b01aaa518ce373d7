//! Strict JSON, as the API document defines each type. Serde alone would also accept an array for
//! an object, and an object with a single field for an enum value. Integers may use any JSON
//! notation (`4900.0`, `4.9E+3`).

use domain::basics::decimal::DecimalNumber;
use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{Deserializer, Error as _, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Error, Value};

/// The largest integer that a fraction or exponent represents exactly; larger numbers were rounded
/// when parsed.
const MOST_EXACT: u64 = (1 << 53) - 1;

/// A value whose JSON types must match exactly.
pub(super) struct StrictValue(pub Value);

impl StrictValue {
    /// Deserialises a number without a fraction as an integer, in any notation.
    fn deserialize_whole<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let written = match &self.0 {
            Value::Number(number) if number.is_f64() => number.to_string(),
            _ => return self.deserialize_any(visitor),
        };
        match DecimalNumber::parse(&written)
            .and_then(|number| number.to_integer())
            .filter(|whole| *whole <= MOST_EXACT)
        {
            Some(whole) => visitor.visit_u64(whole),
            None => self.deserialize_any(visitor),
        }
    }
}

impl IntoDeserializer<'_, Error> for StrictValue {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for StrictValue {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(items) => {
                visitor.visit_seq(SeqDeserializer::new(items.into_iter().map(Self)))
            }
            Value::Object(fields) => visitor.visit_map(MapDeserializer::new(
                fields.into_iter().map(|(name, value)| (name, Self(value))),
            )),
            other => other.deserialize_any(visitor),
        }
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_whole(visitor)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_whole(visitor)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_whole(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(_) => Err(Error::invalid_type(Unexpected::Seq, &visitor)),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            Value::Object(_) => Err(Error::invalid_type(Unexpected::Map, &"a string")),
            word => word.deserialize_enum(name, variants, visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i128 u8 u16 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq
        tuple tuple_struct map identifier ignored_any
    }
}
