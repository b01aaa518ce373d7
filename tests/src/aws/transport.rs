//! The way from an SDK client to the services: an HTTP client without sockets, with a gate on it.

use std::future::pending;
use std::sync::PoisonError;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_dynamodb::config::retry::{RetryConfig, RetryPartition, TokenBucket};
use aws_sdk_dynamodb::config::{
    BehaviorVersion, Credentials, HttpClient, Region, RuntimeComponents, SharedCredentialsProvider,
    SharedHttpClient,
};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;

use super::{Answer, LocalAws, dynamo, ses, sqs};
use crate::gate::{Moment, Verdict};

/// The region everything is in.
pub(super) const REGION: &str = "us-east-1";
/// The account everything belongs to.
pub(super) const ACCOUNT: &str = "000000000000";

impl LocalAws {
    /// A `DynamoDB` client of this AWS.
    #[must_use]
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        let config = aws_sdk_dynamodb::config::Builder::from(&self.sdk_config())
            .retry_partition(unlimited());
        aws_sdk_dynamodb::Client::from_conf(config.build())
    }

    /// An SQS client of this AWS.
    #[must_use]
    pub fn sqs(&self) -> aws_sdk_sqs::Client {
        let config =
            aws_sdk_sqs::config::Builder::from(&self.sdk_config()).retry_partition(unlimited());
        aws_sdk_sqs::Client::from_conf(config.build())
    }

    /// A KMS client of this AWS.
    #[must_use]
    pub fn kms(&self) -> aws_sdk_kms::Client {
        let config =
            aws_sdk_kms::config::Builder::from(&self.sdk_config()).retry_partition(unlimited());
        aws_sdk_kms::Client::from_conf(config.build())
    }

    /// An SES client of this AWS.
    #[must_use]
    pub fn ses(&self) -> aws_sdk_sesv2::Client {
        let config =
            aws_sdk_sesv2::config::Builder::from(&self.sdk_config()).retry_partition(unlimited());
        aws_sdk_sesv2::Client::from_conf(config.build())
    }

    /// Configuration for any other SDK client; its retry quota is the SDK's, shared in the process.
    #[must_use]
    pub fn sdk_config(&self) -> SdkConfig {
        let brief = Duration::from_millis(1);
        let retry = RetryConfig::standard().with_max_attempts(3);
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(REGION))
            .credentials_provider(SharedCredentialsProvider::new(Credentials::new(
                "local", "local", None, None, "local",
            )))
            .retry_config(retry.with_initial_backoff(brief).with_max_backoff(brief))
            .http_client(SharedHttpClient::new(self.clone()))
            .build()
    }

    async fn pass(&self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let call = Call::read(&request);
        let gate = self.0.gate.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let name = if gate.is_some() { self.name(&call) } else { String::new() };
        let judge = |moment| gate.as_ref().map_or(Verdict::Pass, |gate| gate(&name, moment));
        // A call over a network lets others run meanwhile; without this no two tasks would ever
        // overlap.
        tokio::task::yield_now().await;
        let refusal = match judge(Moment::Before) {
            Verdict::Pass => None,
            Verdict::Lose => return Err(lost("the request did not arrive")),
            Verdict::Hold => pending().await,
            Verdict::Throttle => Some(throttled(&call)),
            Verdict::Conflict => conflicted(&call),
        };
        if let Some(refusal) = refusal {
            return response(refusal);
        }
        let answer = self.execute(&call);
        match judge(Moment::After) {
            Verdict::Lose => Err(lost("the answer did not arrive")),
            Verdict::Hold => pending().await,
            Verdict::Pass | Verdict::Throttle | Verdict::Conflict => response(answer),
        }
    }

    fn execute(&self, call: &Call) -> Answer {
        match call.service {
            Service::Dynamo => self.0.meter.run(&self.0.dynamo, &call.operation, &call.body),
            Service::Sqs => sqs::run(&self.0.queues, &call.operation, &call.body),
            Service::Kms => self.0.keys.run(&call.operation, &call.body),
            Service::Ses => ses::run(&self.0.mailbox, &call.operation, &call.body),
            Service::Unknown => Answer::refused("UnknownOperationException", &call.operation),
        }
    }

    fn name(&self, call: &Call) -> String {
        let operation = &call.operation;
        let (service, about) = match call.service {
            Service::Dynamo => ("dynamodb", self.0.dynamo.subject(&call.body)),
            Service::Sqs => ("sqs", sqs::subject(&call.body)),
            Service::Kms => ("kms", String::new()),
            Service::Ses => ("ses", String::new()),
            Service::Unknown => ("unknown", String::new()),
        };
        format!("{service} {operation} {about}").trim_end().to_owned()
    }
}

impl HttpClient for LocalAws {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for LocalAws {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let aws = self.clone();
        HttpConnectorFuture::new(async move { aws.pass(request).await })
    }
}

struct Call {
    service: Service,
    operation: String,
    body: String,
}

enum Service {
    Dynamo,
    Sqs,
    Kms,
    Ses,
    Unknown,
}

impl Call {
    fn read(request: &HttpRequest) -> Self {
        let target = request.headers().get("x-amz-target");
        let (prefix, operation) = target.map_or_else(
            || ses::operation(request),
            |target| target.rsplit_once('.').unwrap_or(("", target)),
        );
        let service = match prefix {
            "DynamoDB_20120810" | "DynamoDBStreams_20120810" => Service::Dynamo,
            "AmazonSQS" => Service::Sqs,
            "TrentService" => Service::Kms,
            ses::NAME => Service::Ses,
            _ => Service::Unknown,
        };
        let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned();
        Self { service, operation: operation.to_owned(), body }
    }
}

fn throttled(call: &Call) -> Answer {
    match call.service {
        Service::Dynamo => Answer::refused(
            "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
            "The level of configured provisioned throughput for the table was exceeded.",
        ),
        Service::Sqs => {
            Answer::refused("com.amazonaws.sqs#RequestThrottled", "The request was throttled.")
                .also_known_as("RequestThrottled")
        }
        Service::Ses => {
            ses::refusal(429, "TooManyRequestsException", "Maximum sending rate exceeded.")
        }
        Service::Kms | Service::Unknown => Answer::refused("ThrottlingException", "Rate exceeded"),
    }
}

fn conflicted(call: &Call) -> Option<Answer> {
    match call.service {
        Service::Dynamo => dynamo::conflict(&call.operation, &call.body),
        Service::Sqs | Service::Kms | Service::Ses | Service::Unknown => None,
    }
}

fn response(answer: Answer) -> Result<HttpResponse, ConnectorError> {
    let status = StatusCode::try_from(answer.status)
        .map_err(|error| ConnectorError::other(error.into(), None))?;
    let mut response = HttpResponse::new(status, SdkBody::from(answer.body));
    for (name, value) in answer.headers {
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}

fn lost(what: &'static str) -> ConnectorError {
    ConnectorError::io(what.into())
}

/// The SDK's retry quota is one for the whole process; a thousand faults in one test must not
/// starve the next.
fn unlimited() -> RetryPartition {
    RetryPartition::custom("local").token_bucket(TokenBucket::unlimited()).build()
}
