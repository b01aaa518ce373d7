//! What SQS is asked and what it refuses, as it stands on the wire.

#![allow(clippy::disallowed_types, reason = "serde's `flatten` names every type it could meet")]

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::aws::answer::Answer;

/// Any call: each sets what it needs.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    pub(super) queue_url: String,
    pub(super) queue_name: String,
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) attribute_names: BTreeSet<String>,
    pub(super) message_system_attribute_names: BTreeSet<String>,
    pub(super) message_attribute_names: BTreeSet<String>,
    pub(super) entries: Vec<Entry>,
    pub(super) max_number_of_messages: Option<u32>,
    #[serde(flatten)]
    pub(super) entry: Entry,
}

/// What a batch has many of, and a single call is one of.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) message_body: String,
    pub(super) message_attributes: Map<String, Value>,
    pub(super) delay_seconds: Option<i64>,
    pub(super) message_group_id: Option<String>,
    pub(super) receipt_handle: String,
    pub(super) visibility_timeout: Option<i64>,
}

/// Why a call, or one entry of a batch, is refused.
pub(super) struct Refusal {
    pub(super) code: &'static str,
    pub(super) query_code: &'static str,
    pub(super) message: String,
}

impl Request {
    /// The name of the queue it is about.
    pub(super) fn queue(&self) -> &str {
        self.queue_url
            .rsplit('/')
            .next()
            .filter(|name| !name.is_empty())
            .unwrap_or(&self.queue_name)
    }
}

impl Refusal {
    /// One that has its own name.
    pub(super) fn named(code: &'static str, query_code: &'static str, message: &str) -> Self {
        Self { code, query_code, message: message.to_owned() }
    }

    /// A parameter is wrong.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self {
            code: "InvalidParameterValue",
            query_code: "InvalidParameterValue",
            message: message.into(),
        }
    }

    /// There is no such queue.
    pub(super) fn no_queue() -> Self {
        let code = "AWS.SimpleQueueService.NonExistentQueue";
        Self::named("QueueDoesNotExist", code, "The specified queue does not exist.")
    }

    /// The receipt was never given.
    pub(super) fn no_receipt() -> Self {
        Self::named(
            "ReceiptHandleIsInvalid",
            "ReceiptHandleIsInvalid",
            "The input receipt handle is invalid.",
        )
    }

    /// SQS's own failure, worth a retry.
    pub(super) fn internal() -> Self {
        Self::named("InternalError", "InternalError", "the entry could not be stored")
    }

    /// As the answer of a call.
    pub(super) fn answer(&self) -> Answer {
        Answer::refused(&format!("com.amazonaws.sqs#{}", self.code), &self.message)
            .also_known_as(self.query_code)
    }

    /// As the failure of one entry of a batch.
    pub(super) fn of_entry(&self, id: &str) -> Value {
        let sender_fault = self.code != "InternalError";
        json!({
            "Id": id, "Code": self.query_code, "Message": self.message, "SenderFault": sender_fault
        })
    }
}
