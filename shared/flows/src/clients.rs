//! The clients that a function may call, with opened secrets: a processor by an integration, a
//! network by a connection.

use domain::account::{Integration, IntegrationKind, OperatingMode, VendorConnection};
use domain::basics::id::MerchantId;
use domain::matching::setup::{EnrolmentSetup, ProcessorAccount};
use domain::network::claim;
use domain::sale::ProcessorPayment;
use jiff::Timestamp;
use partners::callback::{CallbackConnector, CallbackTarget};
use partners::ethoca::EthocaClient;
use partners::simulated::SimulatedProcessor;
use partners::stripe::{AccountContext, StripeClient};
use partners::{NetworkClient, ProcessorClient, SecretText};
use serde::{Deserialize, Serialize};

use crate::StageFailure;
use crate::secrets::SecretVault;

/// The credentials of a processor, as sealed.
#[derive(Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProcessorCredentials {
    pub secret_key: String,
    /// The secret with which the processor signs events.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub webhook_secret: Option<String>,
}

/// Our credentials at a network, as sealed.
#[derive(Serialize, Deserialize)]
pub struct NetworkCredentials {
    pub consumer_key: String,
    /// The private key: PKCS#8, as PEM or base64 DER.
    pub private_key: String,
}

/// The clients of the processors that merchants use.
#[derive(Debug, Clone)]
pub struct ProcessorClients {
    http: reqwest::Client,
    callbacks: CallbackConnector,
    secrets: SecretVault,
    stripe_url: String,
}

impl ProcessorClients {
    /// Creates the clients over an HTTP client. The merchants' own endpoints use another client
    /// that reaches fewer addresses.
    #[must_use]
    pub const fn new(
        http: reqwest::Client,
        callbacks: CallbackConnector,
        secrets: SecretVault,
        stripe_url: String,
    ) -> Self {
        Self { http, callbacks, secrets, stripe_url }
    }

    /// Returns the vault of the sealed credentials.
    #[must_use]
    pub const fn secrets(&self) -> &SecretVault {
        &self.secrets
    }

    /// Returns the processor that has a payment, if an integration of the setup can still call the
    /// processor.
    ///
    /// # Errors
    /// [`StageFailure`] if the secrets cannot be opened.
    pub async fn processor_of_payment(
        &self,
        setup: &EnrolmentSetup,
        payment: &ProcessorPayment,
        now: Timestamp,
    ) -> Result<Option<ProcessorClient>, StageFailure> {
        let Some(integration) = setup.find_integration(&payment.integration) else {
            return Ok(None);
        };
        self.open_processor(integration, payment.account.as_deref(), None, setup.mode(), now).await
    }

    /// Returns the processor that has a payment, by the integration that the payment names.
    ///
    /// # Errors
    /// [`StageFailure`] if the secrets cannot be opened.
    pub async fn processor_behind_integration(
        &self,
        integration: &Integration,
        payment: &ProcessorPayment,
        mode: OperatingMode,
        now: Timestamp,
    ) -> Result<Option<ProcessorClient>, StageFailure> {
        self.open_processor(integration, payment.account.as_deref(), None, mode, now).await
    }

    /// Returns the processor of an account in the setup.
    ///
    /// # Errors
    /// [`StageFailure`] if the secrets cannot be opened.
    pub async fn processor_of_account(
        &self,
        account: &ProcessorAccount<'_>,
        mode: OperatingMode,
        now: Timestamp,
    ) -> Result<Option<ProcessorClient>, StageFailure> {
        self.open_processor(account.integration, account.account, account.merchant, mode, now).await
    }

    /// Opens the credentials of an integration.
    ///
    /// # Errors
    /// [`StageFailure`] if the credentials are missing or cannot be opened.
    pub async fn open_credentials(
        &self,
        integration: &Integration,
        now: Timestamp,
    ) -> Result<ProcessorCredentials, StageFailure> {
        let sealed = integration
            .credentials
            .as_ref()
            .ok_or(StageFailure::Missing("the integration's credentials"))?;
        let opened =
            self.secrets.open_secret(integration.organisation.as_str(), sealed, now).await?;
        Ok(serde_json::from_str(opened.expose_secret())?)
    }

    /// Creates a Stripe client with a key that is not stored yet.
    #[must_use]
    pub fn stripe_with_key(
        &self,
        integration: &Integration,
        secret_key: &str,
        account: Option<&str>,
        merchant: Option<&MerchantId>,
    ) -> StripeClient {
        StripeClient::new(
            self.http.clone(),
            &self.stripe_url,
            SecretText::new(secret_key),
            stripe_seat(integration, account, merchant),
        )
    }

    /// Opens the client of an integration: Stripe, the merchant's own endpoint, or a simulated
    /// processor in TEST mode. An integration that only sends orders has no processor.
    async fn open_processor(
        &self,
        integration: &Integration,
        account: Option<&str>,
        merchant: Option<&MerchantId>,
        mode: OperatingMode,
        now: Timestamp,
    ) -> Result<Option<ProcessorClient>, StageFailure> {
        match (mode, integration.kind) {
            (_, IntegrationKind::CustomOrders) => Ok(None),
            (OperatingMode::Live, IntegrationKind::CustomCallback) => {
                self.open_callback(integration, now).await
            }
            (OperatingMode::Test, IntegrationKind::Stripe | IntegrationKind::CustomCallback) => {
                Ok(Some(ProcessorClient::Simulated(SimulatedProcessor {
                    now,
                    seat: stripe_seat(integration, account, merchant),
                })))
            }
            (OperatingMode::Live, IntegrationKind::Stripe) => {
                let credentials = self.open_credentials(integration, now).await?;
                Ok(Some(ProcessorClient::Stripe(self.stripe_with_key(
                    integration,
                    &credentials.secret_key,
                    account,
                    merchant,
                ))))
            }
        }
    }
}

impl ProcessorClients {
    /// Opens the client of the merchant's own endpoint, with the signing secrets that are valid
    /// now.
    async fn open_callback(
        &self,
        integration: &Integration,
        now: Timestamp,
    ) -> Result<Option<ProcessorClient>, StageFailure> {
        let Some(callback) = &integration.callback else { return Ok(None) };
        let mut secrets = Vec::new();
        for sealed in callback.active_secrets(now) {
            secrets.push(
                self.secrets.open_secret(integration.organisation.as_str(), sealed, now).await?,
            );
        }
        let place = CallbackTarget {
            integration: integration.id.clone(),
            url: callback.url.clone(),
            secrets,
            now,
        };
        Ok(Some(ProcessorClient::Callback(self.callbacks.client_for(place))))
    }
}

/// Returns the processor account for the calls.
fn stripe_seat(
    integration: &Integration,
    account: Option<&str>,
    merchant: Option<&MerchantId>,
) -> AccountContext {
    AccountContext {
        organisation: integration.organisation.clone(),
        integration: integration.id.clone(),
        merchant: merchant.cloned(),
        account: integration.account.clone(),
        connected: account.map(ToOwned::to_owned),
        connect: integration.connect_refunds,
    }
}

/// The clients of the networks that vendors run.
#[derive(Debug, Clone)]
pub struct NetworkClients {
    http: reqwest::Client,
    secrets: SecretVault,
}

impl NetworkClients {
    /// Creates the clients over an HTTP client.
    #[must_use]
    pub const fn new(http: reqwest::Client, secrets: SecretVault) -> Self {
        Self { http, secrets }
    }

    /// Returns the vault of the sealed credentials.
    #[must_use]
    pub const fn secrets(&self) -> &SecretVault {
        &self.secrets
    }

    /// Returns the network of a connection.
    ///
    /// # Errors
    /// [`StageFailure`] if our credentials cannot be opened.
    pub async fn network_of_connection(
        &self,
        connection: &VendorConnection,
        now: Timestamp,
    ) -> Result<NetworkClient, StageFailure> {
        if connection.id.is_simulated() {
            return Ok(NetworkClient::Simulated);
        }
        let opened =
            self.secrets.open_secret(connection.id.as_str(), &connection.credentials, now).await?;
        let credentials: NetworkCredentials = serde_json::from_str(opened.expose_secret())?;
        match connection.network {
            claim::AlertNetwork::Ethoca => {
                let key = SecretText::new(credentials.private_key);
                Ok(NetworkClient::Ethoca(EthocaClient::new(
                    self.http.clone(),
                    &connection.api_url,
                    &credentials.consumer_key,
                    &key,
                )?))
            }
        }
    }
}
