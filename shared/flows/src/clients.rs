//! Whom a function may call: a processor by an integration, a network by a connection, with their
//! secrets opened.

use domain::account::{Connection, Integration, IntegrationKind, Mode};
use domain::basics::id::MerchantId;
use domain::matching::setup::{ProcessorAccount, Setup};
use domain::network::claim;
use domain::sale::Payment;
use jiff::Timestamp;
use partners::callback::{Callbacks, Place};
use partners::ethoca::Ethoca;
use partners::simulated::Simulated;
use partners::stripe::{Seat, Stripe};
use partners::{Network, Processor, SecretText};
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::secrets::Secrets;

/// The credentials of a processor, as they are sealed.
#[derive(Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProcessorCredentials {
    pub secret_key: String,
    /// What the processor signs its events with.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub webhook_secret: Option<String>,
}

/// Our credentials at a network, as they are sealed.
#[derive(Serialize, Deserialize)]
pub struct NetworkCredentials {
    pub consumer_key: String,
    /// PKCS#8, PEM or base 64 DER.
    pub private_key: String,
}

/// The processors that merchants use.
#[derive(Debug, Clone)]
pub struct Processors {
    http: reqwest::Client,
    callbacks: Callbacks,
    secrets: Secrets,
    stripe_url: String,
}

impl Processors {
    /// Processors reached over one HTTP client, merchants' own endpoints over another that reaches
    /// less.
    #[must_use]
    pub const fn new(
        http: reqwest::Client,
        callbacks: Callbacks,
        secrets: Secrets,
        stripe_url: String,
    ) -> Self {
        Self { http, callbacks, secrets, stripe_url }
    }

    /// Where credentials are sealed.
    #[must_use]
    pub const fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// The processor that holds a payment, if an integration of the setup can still call it.
    ///
    /// # Errors
    /// [`Failure`] where its secrets cannot be opened.
    pub async fn holding(
        &self,
        setup: &Setup,
        payment: &Payment,
        now: Timestamp,
    ) -> Result<Option<Processor>, Failure> {
        let Some(integration) = setup.integration(&payment.integration) else { return Ok(None) };
        self.at(integration, payment.account.as_deref(), None, setup.mode(), now).await
    }

    /// The processor that holds a payment, by the integration that the payment names.
    ///
    /// # Errors
    /// [`Failure`] where its secrets cannot be opened.
    pub async fn behind(
        &self,
        integration: &Integration,
        payment: &Payment,
        mode: Mode,
        now: Timestamp,
    ) -> Result<Option<Processor>, Failure> {
        self.at(integration, payment.account.as_deref(), None, mode, now).await
    }

    /// The processor behind an account of the setup.
    ///
    /// # Errors
    /// [`Failure`] where its secrets cannot be opened.
    pub async fn of(
        &self,
        account: &ProcessorAccount<'_>,
        mode: Mode,
        now: Timestamp,
    ) -> Result<Option<Processor>, Failure> {
        self.at(account.integration, account.account, account.merchant, mode, now).await
    }

    /// The credentials of an integration.
    ///
    /// # Errors
    /// [`Failure`] where they are not there, or cannot be opened.
    pub async fn credentials(
        &self,
        integration: &Integration,
        now: Timestamp,
    ) -> Result<ProcessorCredentials, Failure> {
        let sealed = integration
            .credentials
            .as_ref()
            .ok_or(Failure::Missing("the integration's credentials"))?;
        let opened = self.secrets.open(integration.organisation.as_str(), sealed, now).await?;
        Ok(serde_json::from_str(opened.expose())?)
    }

    /// Stripe with a key that is not kept yet.
    #[must_use]
    pub fn stripe_with(
        &self,
        integration: &Integration,
        secret_key: &str,
        account: Option<&str>,
        merchant: Option<&MerchantId>,
    ) -> Stripe {
        Stripe::new(
            self.http.clone(),
            &self.stripe_url,
            SecretText::new(secret_key),
            seat(integration, account, merchant),
        )
    }

    async fn at(
        &self,
        integration: &Integration,
        account: Option<&str>,
        merchant: Option<&MerchantId>,
        mode: Mode,
        now: Timestamp,
    ) -> Result<Option<Processor>, Failure> {
        match (mode, integration.kind) {
            (_, IntegrationKind::CustomOrders) => Ok(None),
            (Mode::Live, IntegrationKind::CustomCallback) => self.callback(integration, now).await,
            (Mode::Test, IntegrationKind::Stripe | IntegrationKind::CustomCallback) => {
                Ok(Some(Processor::Simulated(Simulated {
                    now,
                    seat: seat(integration, account, merchant),
                })))
            }
            (Mode::Live, IntegrationKind::Stripe) => {
                let credentials = self.credentials(integration, now).await?;
                Ok(Some(Processor::Stripe(self.stripe_with(
                    integration,
                    &credentials.secret_key,
                    account,
                    merchant,
                ))))
            }
        }
    }
}

impl Processors {
    /// The merchant's own endpoint, with the secrets that sign now.
    async fn callback(
        &self,
        integration: &Integration,
        now: Timestamp,
    ) -> Result<Option<Processor>, Failure> {
        let Some(callback) = &integration.callback else { return Ok(None) };
        let mut secrets = Vec::new();
        for sealed in callback.signing(now) {
            secrets.push(self.secrets.open(integration.organisation.as_str(), sealed, now).await?);
        }
        let place =
            Place { integration: integration.id.clone(), url: callback.url.clone(), secrets, now };
        Ok(Some(Processor::Callback(self.callbacks.at(place))))
    }
}

/// Whose account at a processor is meant.
fn seat(integration: &Integration, account: Option<&str>, merchant: Option<&MerchantId>) -> Seat {
    Seat {
        organisation: integration.organisation.clone(),
        integration: integration.id.clone(),
        merchant: merchant.cloned(),
        account: integration.account.clone(),
        connected: account.map(ToOwned::to_owned),
        connect: integration.connect_refunds,
    }
}

/// The networks that vendors run.
#[derive(Debug, Clone)]
pub struct Networks {
    http: reqwest::Client,
    secrets: Secrets,
}

impl Networks {
    /// Networks reached over one HTTP client.
    #[must_use]
    pub const fn new(http: reqwest::Client, secrets: Secrets) -> Self {
        Self { http, secrets }
    }

    /// Where credentials are sealed.
    #[must_use]
    pub const fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// The network at the other end of a connection.
    ///
    /// # Errors
    /// [`Failure`] where our credentials there cannot be opened.
    pub async fn of(&self, connection: &Connection, now: Timestamp) -> Result<Network, Failure> {
        if connection.id.is_simulated() {
            return Ok(Network::Simulated);
        }
        let opened =
            self.secrets.open(connection.id.as_str(), &connection.credentials, now).await?;
        let credentials: NetworkCredentials = serde_json::from_str(opened.expose())?;
        match connection.network {
            claim::Network::Ethoca => {
                let key = SecretText::new(credentials.private_key);
                Ok(Network::Ethoca(Ethoca::new(
                    self.http.clone(),
                    &connection.api_url,
                    &credentials.consumer_key,
                    &key,
                )?))
            }
        }
    }
}
