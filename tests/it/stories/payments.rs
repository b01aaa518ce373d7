//! What shops sell, at Stripe and in orders.

use std::sync::OnceLock;

use reqwest::Method;
use serde_json::{Value, json};

use super::play::{Failed, Paid, Play, text};
use super::words::Words;

/// Where a form tells of a card by its number, and of Adaptive Pricing.
const CARD: &str = "payment_method_data[card]";
const PRESENTED: &str = "presentment_details";

impl Play {
    /// `payment 49.00 USD [card pm_card_visa] [in acct_x] [uncaptured [in-parts]] [to acct_x] [fee
    /// 1.00 USD] [presented 45.00 EUR]`, or with `[wallet 9876] [at card_present]` in place of
    /// a test card: a charge at Stripe, now.
    pub async fn payment(&mut self, words: &mut Words) -> Result<(), Failed> {
        let money = words.money()?;
        let parts = if words.has("in-parts") {
            "&payment_method_options[card][request_multicapture]=if_available"
        } else {
            ""
        };
        let (account, manual) = (words.after("in"), words.has("uncaptured"));
        let capture = if manual { "manual" } else { "automatic" };
        let code = money.currency.code().to_lowercase();
        let (method, shares) = (paid_with(words), shared(words)?);
        let form = format!(
            "amount={}&currency={code}&confirm=true\
             &capture_method={capture}{method}{shares}{parts}",
            money.minor
        );
        let intent =
            self.at_stripe("POST", "/v1/payment_intents", &form, account.as_deref()).await?;
        self.paid(&text(&intent["latest_charge"]), account.as_deref()).await
    }

    /// `subscription 49.00 USD`: its first payment at Stripe, now.
    pub async fn subscription(&mut self, words: &mut Words) -> Result<(), Failed> {
        let money = words.money()?;
        let id = |made: &Value| text(&made["id"]);
        let customer =
            id(&self.at_stripe("POST", "/v1/customers", "email=casey@example.com", None).await?);
        let attach = format!("customer={customer}");
        let card = id(&self
            .at_stripe("POST", "/v1/payment_methods/pm_card_visa/attach", &attach, None)
            .await?);
        let product = id(&self.at_stripe("POST", "/v1/products", "name=Plan", None).await?);
        let code = money.currency.code().to_lowercase();
        let price = format!(
            "product={product}&currency={code}&unit_amount={}&recurring[interval]=month",
            money.minor
        );
        let price = id(&self.at_stripe("POST", "/v1/prices", &price, None).await?);
        let plan =
            format!("customer={customer}&items[0][price]={price}&default_payment_method={card}");
        self.at_stripe("POST", "/v1/subscriptions", &plan, None).await?;
        let charges =
            self.at_stripe("GET", &format!("/v1/charges?customer={customer}"), "", None).await?;
        self.paid(&text(&charges["data"][0]["id"]), None).await
    }

    /// `order AF-1 49.00 USD [of payment] [arn X] [auth X] [last4 4242] [paid TIME] [descriptor X]
    /// [refunded 10.00 USD] [status X]`
    pub async fn order(&mut self, words: &mut Words) -> Result<(), Failed> {
        let order = self.new_order(words)?;
        let made = self.make("/v1/orders/", &json!([order])).await?;
        if made["created"] == 1 { Ok(()) } else { Err(format!("the order was not taken: {made}")) }
    }

    /// `orders 100 with 3 bad`: one batch.
    pub async fn orders(&mut self, words: &mut Words) -> Result<(), Failed> {
        let count: usize = words.next("how many")?.parse().map_err(|_| "how many is a number")?;
        let bad = words.number_after("with")?;
        words.has("bad");
        let mut batch = Vec::new();
        for place in 0..count {
            let mut order = self.new_order(&mut Words::of(&format!("AF-{place} 49.00 USD")))?;
            if place % 30 == 10 && place / 30 < bad {
                order["order_currency"] = json!("DOLLARS");
            }
            batch.push(order);
        }
        self.answer = Some(
            self.world
                .call("POST", "/v1/orders/", &self.keys[&self.partner], Some(&Value::Array(batch)))
                .await,
        );
        Ok(())
    }

    pub fn new_order(&mut self, words: &mut Words) -> Result<Value, Failed> {
        let (reference, money) = (words.next("the order's reference")?, words.money()?);
        let shop = self.shop()?.clone();
        let paid_at = words.after("paid");
        let made_at = paid_at
            .as_ref()
            .and_then(|at| at.parse().ok())
            .unwrap_or_else(|| self.world.clock.now());
        self.sold_at = made_at;
        let payment = words
            .after("of")
            .map(|_| {
                self.payments.last().map(|paid| paid.intent.clone()).ok_or("nothing was paid yet")
            })
            .transpose()?;
        let refunded = words.money_after("refunded")?.map(|money| money.minor);
        Ok(json!({
            "type": "COMPLETE", "organisation_id": shop.organisation, "integration_id": shop.orders,
            "reference_id": reference,
            "order_datetime": made_at.to_string(), "order_number": reference,
            "order_currency": money.currency.code(),
            "order_subtotal_amount_in_cents": money.minor,
            "order_total_amount_in_cents": money.minor,
            "order_status": "CLOSED_COMPLETE", "customer_email": "casey@example.com",
            "transactions": [{
                "reference_id": format!("txn-{reference}"), "amount_in_cents": money.minor,
                "currency": money.currency.code(),
                "payment_method_type": "CARD",
                "authorisation_status": words.after("status").unwrap_or_else(|| "SETTLED".into()),
                "payment_method_reference_id": payment,
                "authorised_at": paid_at.unwrap_or_else(|| made_at.to_string()),
                "payment_method_card_brand": "VISA",
                "payment_method_card_last_4": words.after("last4").unwrap_or_else(|| "4242".into()),
                "authorisation_code": words.after("auth"),
                "acquirer_reference_number": words.after("arn"),
                "descriptor": words.after("descriptor"),
                "refunded_amount_in_cents": refunded,
            }]
        }))
    }

    /// Calls Stripe as the shop itself does.
    pub async fn at_stripe(
        &self,
        method: &str,
        path: &str,
        form: &str,
        account: Option<&str>,
    ) -> Result<Value, Failed> {
        let method = Method::from_bytes(method.as_bytes()).map_err(|error| error.to_string())?;
        let request = http()
            .request(method, format!("{}{path}", self.world.stripe_url))
            .bearer_auth("sk_test_shop");
        let request = account.map_or(request.try_clone().ok_or("a request")?, |account| {
            request.header("stripe-account", account)
        });
        let request = request
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.to_owned());
        let answer = request.send().await.map_err(|error| error.to_string())?;
        let (is_good, text) =
            (answer.status().is_success(), answer.text().await.map_err(|error| error.to_string())?);
        if is_good {
            serde_json::from_str(&text).map_err(|error| error.to_string())
        } else {
            Err(text)
        }
    }

    async fn paid(&mut self, charge: &str, account: Option<&str>) -> Result<(), Failed> {
        let charge = self.at_stripe("GET", &format!("/v1/charges/{charge}"), "", account).await?;
        let method = &charge["payment_method_details"];
        let card = &method[method["type"].as_str().unwrap_or("card")];
        let code = [&card["authorization_code"], &card["receipt"]["authorization_code"]]
            .into_iter()
            .find(|code| code.is_string());
        let auth_code = code.map(text).unwrap_or_default();
        self.sold_at = self.world.clock.now();
        self.payments.push(Paid {
            intent: text(&charge["payment_intent"]),
            charge: text(&charge["id"]),
            auth_code,
        });
        Ok(())
    }
}

/// The parameters of what is paid with: a test card, or a card in a wallet or at a terminal.
fn paid_with(words: &mut Words) -> String {
    let card = words.after("card").unwrap_or_else(|| "pm_card_visa".into());
    let (kind, device) = (words.after("at"), words.after("wallet"));
    if kind.is_none() && device.is_none() {
        return format!("&payment_method={card}");
    }
    let kind = kind.unwrap_or_else(|| "card".into());
    let wallet = device.map(|digits| {
        format!("&{CARD}[wallet][type]=apple_pay&{CARD}[wallet][dynamic_last4]={digits}")
    });
    format!(
        "&payment_method_data[type]={kind}&{CARD}[number]=4242424242424242{}",
        wallet.unwrap_or_default()
    )
}

/// The parameters of who shares the payment, and of what the cardholder was asked for.
fn shared(words: &mut Words) -> Result<String, Failed> {
    let to = words.after("to").map(|account| format!("&transfer_data[destination]={account}"));
    let fee = words.money_after("fee")?.map(|fee| format!("&application_fee_amount={}", fee.minor));
    let presented = words.money_after("presented")?.map(|money| {
        let code = money.currency.code().to_lowercase();
        format!(
            "&{PRESENTED}[presentment_amount]={}&{PRESENTED}[presentment_currency]={code}",
            money.minor
        )
    });
    Ok([to, fee, presented].into_iter().flatten().collect())
}

/// One client for all stories: making one reads all root certificates.
fn http() -> &'static reqwest::Client {
    static HTTP: OnceLock<reqwest::Client> = OnceLock::new();
    HTTP.get_or_init(reqwest::Client::new)
}
