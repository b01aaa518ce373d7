//! Ethoca Alerts for Merchants: calls to Mastercard's host, and the alerts that Ethoca pushes.

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

use crate::http::{self, RawResponse};
use crate::pushed_alert::PushedAlert;
use crate::{NetworkAnswerResult, NetworkClient, OutgoingAnswer, PartnerError, SecretText};
pub use inbound::{read_alert, read_push, read_quarantined};
use oauth::OAuthSigner;
pub use outbound::{EthocaAlertType, write_push};
use outcome::{EthocaFailure, EthocaItemResponse};

/// The timeout of a call: a batch of outcomes may take longer than a processor's answer.
const TIMEOUT: std::time::Duration = std::time::Duration::from_secs(15);

/// The client of a single vendor connection to Ethoca.
#[derive(Debug, Clone)]
pub struct EthocaClient {
    http: Client,
    url: String,
    signer: OAuthSigner,
}

impl EthocaClient {
    /// Creates the client of an address (such as
    /// `https://api.ethocaweb.com/ethoca/alerts/merchants`). The consumer key and the private key
    /// (PKCS#8, as PEM or as base 64 of DER) sign our calls.
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
            signer: OAuthSigner::new(consumer_key, private_key)?,
        })
    }

    pub(crate) async fn send_answers(
        &self,
        answers: &[OutgoingAnswer],
        now: Timestamp,
    ) -> Result<Vec<(String, NetworkAnswerResult)>, PartnerError> {
        match self.send_answer_batch(answers, now).await? {
            Ok(taken) => Ok(taken),
            // A single item may spoil the whole call: retry each item alone.
            Err(_) if answers.len() > 1 => self.send_answers_one_by_one(answers, now).await,
            Err(failure) => Ok(answers
                .iter()
                .map(|answer| (answer.vendor_alert_id.clone(), failure.to_answer_result()))
                .collect()),
        }
    }

    pub(crate) async fn pull_alerts(
        &self,
        zone: &TimeZone,
        now: Timestamp,
    ) -> Result<Vec<PushedAlert>, PartnerError> {
        let answer = self
            .call_endpoint(
                Method::GET,
                &format!("/alerts?size={}", NetworkClient::BATCH),
                Vec::new(),
                now,
            )
            .await?;
        if answer.status.is_success() {
            return inbound::read_page(&answer.body, zone, now)
                .map_err(|bad| PartnerError::unreadable(format!("Ethoca's answer: {}", bad.why)));
        }
        match parse_response::<IgnoredAny>(&answer)? {
            Ok(_) => Ok(Vec::new()),
            Err(failure) => Err(failure.into_error()),
        }
    }

    pub(crate) async fn acknowledge_alerts(
        &self,
        ids: &[(String, bool)],
        now: Timestamp,
    ) -> Result<(), PartnerError> {
        for batch in ids.chunks(NetworkClient::BATCH) {
            let acknowledgements = batch
                .iter()
                .map(|(id, stored)| EthocaAcknowledgement {
                    alert_id: id,
                    status: acknowledgement_status(*stored),
                })
                .collect();
            let body = to_json_body(&EthocaAcknowledgements { acknowledgements })?;
            let answer =
                self.call_endpoint(Method::POST, "/alerts/acknowledges", body, now).await?;
            let told: EthocaAcknowledgementResponse =
                parse_response(&answer)?.map_err(EthocaFailure::into_error)?;
            if let Some(failure) = told
                .acknowledgement_responses
                .into_iter()
                .find_map(EthocaItemResponse::into_failure)
            {
                return Err(failure.into_error());
            }
        }
        Ok(())
    }

    async fn send_answers_one_by_one(
        &self,
        answers: &[OutgoingAnswer],
        now: Timestamp,
    ) -> Result<Vec<(String, NetworkAnswerResult)>, PartnerError> {
        let mut all = Vec::with_capacity(answers.len());
        for answer in answers {
            match self.send_answer_batch(std::slice::from_ref(answer), now).await? {
                Ok(taken) => all.extend(taken),
                Err(failure) => {
                    all.push((answer.vendor_alert_id.clone(), failure.to_answer_result()));
                }
            }
        }
        Ok(all)
    }

    /// Sends a batch. The inner error is Ethoca's refusal of the whole call.
    async fn send_answer_batch(
        &self,
        answers: &[OutgoingAnswer],
        now: Timestamp,
    ) -> Result<Result<Vec<(String, NetworkAnswerResult)>, EthocaFailure>, PartnerError> {
        let body = to_json_body(&outcome::to_outcome_batch(answers)?)?;
        let answer = self.call_endpoint(Method::POST, "/outcomes", body, now).await?;
        let told: Result<outcome::EthocaOutcomeResponse, EthocaFailure> = parse_response(&answer)?;
        Ok(told.map(|told| told.results_of_each(answers)))
    }

    async fn call_endpoint(
        &self,
        method: Method,
        path: &str,
        body: Vec<u8>,
        now: Timestamp,
    ) -> Result<RawResponse, PartnerError> {
        let url = Url::parse(&format!("{}{path}", self.url))
            .map_err(|error| PartnerError::refused("bad_url", &error.to_string()))?;
        let authorization = self.signer.authorization_header(method.as_str(), &url, &body, now)?;
        let mut request =
            self.http.request(method.clone(), url).header(AUTHORIZATION, authorization);
        if method == Method::POST {
            request = request.header(CONTENT_TYPE, "application/json").body(body);
        }
        http::send_request(request.timeout(TIMEOUT)).await
    }
}

/// Parses the answer. The inner error is Ethoca's refusal of the whole call.
fn parse_response<T: serde::de::DeserializeOwned>(
    answer: &RawResponse,
) -> Result<Result<T, EthocaFailure>, PartnerError> {
    if answer.status.is_success() {
        let read = serde_json::from_slice(&answer.body);
        return read
            .map(Ok)
            .map_err(|error| PartnerError::from_json_error("Ethoca's answer", &error));
    }
    match (answer.common_error(), answer.status.as_u16()) {
        (Some(error), _) => Err(error),
        (None, 400 | 422) => Ok(Err(EthocaFailure::from_call_body(&answer.body))),
        // The status of a wrong address proves nothing about the alerts.
        (None, status) => Err(PartnerError::Unavailable { status }),
    }
}

fn to_json_body(content: &impl Serialize) -> Result<Vec<u8>, PartnerError> {
    serde_json::to_vec(content)
        .map_err(|error| PartnerError::refused("not_written", &error.to_string()))
}

const fn acknowledgement_status(stored: bool) -> &'static str {
    if stored { "SUCCESS" } else { "FAILURE" }
}

#[derive(Serialize)]
struct EthocaAcknowledgements<'a> {
    acknowledgements: Vec<EthocaAcknowledgement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EthocaAcknowledgement<'a> {
    alert_id: &'a str,
    status: &'static str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EthocaAcknowledgementResponse {
    #[serde(default)]
    acknowledgement_responses: Vec<EthocaItemResponse>,
}
