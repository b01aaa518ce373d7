//! Ethoca Alerts for Merchants: what Mastercard's host is asked and told, and what it pushes.

mod bytes;
mod delivery;
mod fields;
mod inbound;
mod mask;
mod members;
mod oauth;
mod outbound;
mod outcome;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use reqwest::{Client, Method, Url};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::http::{self, Answer};
use crate::{Network, OutgoingAnswer, PartnerError, SecretText, Taken};
pub use inbound::{Pushed, Unreadable, UnreadableAlert, read_alert, read_kept, read_push};
use oauth::Signer;
pub use outbound::{AlertType, write_push};
use outcome::{Failure, ItemAnswer};

/// A batch of outcomes may take longer than a processor's answer.
const TIMEOUT: std::time::Duration = std::time::Duration::from_secs(15);

/// One vendor connection to Ethoca.
#[derive(Debug, Clone)]
pub struct Ethoca {
    http: Client,
    url: String,
    signer: Signer,
}

impl Ethoca {
    /// Ethoca at an address (such as `https://api.ethocaweb.com/ethoca/alerts/merchants`), with the
    /// consumer key and the private key (PKCS#8, as PEM or as base 64 of DER) that sign our calls.
    ///
    /// # Errors
    /// [`PartnerError::Unreadable`] where the private key is no RSA key of 2048 bits or more.
    pub fn new(
        http: Client,
        api_url: &str,
        consumer_key: &str,
        private_key: &SecretText,
    ) -> Result<Self, PartnerError> {
        Ok(Self {
            http,
            url: api_url.trim_end_matches('/').to_owned(),
            signer: Signer::new(consumer_key, private_key)?,
        })
    }

    pub(crate) async fn answer(
        &self,
        answers: &[OutgoingAnswer],
        now: Timestamp,
    ) -> Result<Vec<(String, Taken)>, PartnerError> {
        match self.answer_at_once(answers, now).await? {
            Ok(taken) => Ok(taken),
            // One item may spoil the call for all: each by itself, so that the others are answered.
            Err(_) if answers.len() > 1 => self.answer_one_by_one(answers, now).await,
            Err(failure) => Ok(answers
                .iter()
                .map(|answer| (answer.vendor_alert_id.clone(), failure.taken()))
                .collect()),
        }
    }

    pub(crate) async fn pull(
        &self,
        zone: &TimeZone,
        now: Timestamp,
    ) -> Result<Vec<Pushed>, PartnerError> {
        let answer = self
            .call(Method::GET, &format!("/alerts?size={}", Network::BATCH), Vec::new(), now)
            .await?;
        if answer.status.is_success() {
            return inbound::read_page(&answer.body, zone, now)
                .map_err(|bad| PartnerError::unreadable(format!("Ethoca's answer: {}", bad.why)));
        }
        match read::<IgnoredAny>(&answer)? {
            Ok(_) => Ok(Vec::new()),
            Err(failure) => Err(failure.into_error()),
        }
    }

    pub(crate) async fn acknowledge(
        &self,
        ids: &[(String, bool)],
        now: Timestamp,
    ) -> Result<(), PartnerError> {
        for batch in ids.chunks(Network::BATCH) {
            let acknowledgements = batch
                .iter()
                .map(|(id, stored)| Acknowledgement { alert_id: id, status: word(*stored) })
                .collect();
            let body = body_of(&Acknowledgements { acknowledgements })?;
            let answer = self.call(Method::POST, "/alerts/acknowledges", body, now).await?;
            let told: Acknowledged = read(&answer)?.map_err(Failure::into_error)?;
            if let Some(failure) =
                told.acknowledgement_responses.into_iter().find_map(ItemAnswer::into_failure)
            {
                return Err(failure.into_error());
            }
        }
        Ok(())
    }

    async fn answer_one_by_one(
        &self,
        answers: &[OutgoingAnswer],
        now: Timestamp,
    ) -> Result<Vec<(String, Taken)>, PartnerError> {
        let mut all = Vec::with_capacity(answers.len());
        for answer in answers {
            match self.answer_at_once(std::slice::from_ref(answer), now).await? {
                Ok(taken) => all.extend(taken),
                Err(failure) => all.push((answer.vendor_alert_id.clone(), failure.taken())),
            }
        }
        Ok(all)
    }

    /// The inner error is Ethoca's refusal of the call as a whole.
    async fn answer_at_once(
        &self,
        answers: &[OutgoingAnswer],
        now: Timestamp,
    ) -> Result<Result<Vec<(String, Taken)>, Failure>, PartnerError> {
        let body = body_of(&outcome::batch(answers)?)?;
        let answer = self.call(Method::POST, "/outcomes", body, now).await?;
        let told: Result<outcome::Answered, Failure> = read(&answer)?;
        Ok(told.map(|told| told.of_each(answers)))
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Vec<u8>,
        now: Timestamp,
    ) -> Result<Answer, PartnerError> {
        let url = Url::parse(&format!("{}{path}", self.url))
            .map_err(|error| PartnerError::refused("bad_url", &error.to_string()))?;
        let authorization = self.signer.authorization(method.as_str(), &url, &body, now)?;
        let mut request =
            self.http.request(method.clone(), url).header(AUTHORIZATION, authorization);
        if method == Method::POST {
            request = request.header(CONTENT_TYPE, "application/json").body(body);
        }
        http::send(request.timeout(TIMEOUT)).await
    }
}

/// The answer, or Ethoca's refusal of the whole call.
fn read<T: serde::de::DeserializeOwned>(
    answer: &Answer,
) -> Result<Result<T, Failure>, PartnerError> {
    if answer.status.is_success() {
        let read = serde_json::from_slice(&answer.body);
        return read.map(Ok).map_err(|error| PartnerError::unparsed("Ethoca's answer", &error));
    }
    match (answer.common_error(), answer.status.as_u16()) {
        (Some(error), _) => Err(error),
        (None, 400 | 422) => Ok(Err(Failure::of_call(&answer.body))),
        // A wrong address says nothing of the alerts.
        (None, status) => Err(PartnerError::Unavailable { status }),
    }
}

fn body_of(content: &impl Serialize) -> Result<Vec<u8>, PartnerError> {
    serde_json::to_vec(content)
        .map_err(|error| PartnerError::refused("not_written", &error.to_string()))
}

const fn word(stored: bool) -> &'static str {
    if stored { "SUCCESS" } else { "FAILURE" }
}

#[derive(Serialize)]
struct Acknowledgements<'a> {
    acknowledgements: Vec<Acknowledgement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Acknowledgement<'a> {
    alert_id: &'a str,
    status: &'static str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Acknowledged {
    #[serde(default)]
    acknowledgement_responses: Vec<ItemAnswer>,
}
