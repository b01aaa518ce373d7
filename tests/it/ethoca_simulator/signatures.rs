//! OAuth 1.0a: what Mastercard's gateway lets through.

use reqwest::Method;
use serde_json::{Value, json};
use tests::simulate::ethoca::BASE_PATH;
use tests::simulate::ethoca::oauth::{base_string, base_url, body_hash};

use super::merchant::{Merchant, NOON, escaped, pairs};

#[test]
fn base_urls_are_normalised_as_rfc_5849_and_mastercard_do() {
    for (url, normal) in [
        ("https://www.example.net:8080", "https://www.example.net:8080/"),
        ("http://EXAMPLE.COM:80/r%20v/X?id=123", "http://example.com/r%20v/X"),
        (
            "HTTPS://API.MASTERCARD.COM:443/TEST?query=param#fragment",
            "https://api.mastercard.com/TEST",
        ),
        ("https://api.mastercard.com:17443/test", "https://api.mastercard.com:17443/test"),
        (
            "https://www.example.net:8080/foo(bar/test%40x?query=test",
            "https://www.example.net:8080/foo(bar/test%40x",
        ),
    ] {
        assert_eq!(base_url(url), normal);
    }
}

#[test]
fn base_strings_agree_with_published_vectors() {
    let rfc =
        base_string("get", "http://example.com/r?b5=%3D%253D&a3=a&c%40=&a2=r%20b&a3=2%20q&c2", &[]);
    assert_eq!(
        rfc,
        "GET&http%3A%2F%2Fexample.com%2Fr&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da\
         %26b5%3D%253D%25253D%26c%2540%3D%26c2%3D"
    );
    let plain = base_string("GET", "https://example.com/?param=token1:token2", &[]);
    assert_eq!(plain, "GET&https%3A%2F%2Fexample.com%2F&param%3Dtoken1%3Atoken2");
    let bytes = base_string("GET", "https://example.com/?b=b&A=a&A=A&B=B&a=A&a=a&0=0", &[]);
    assert!(bytes.ends_with("&0%3D0%26A%3DA%26A%3Da%26B%3DB%26a%3DA%26a%3Da%26b%3Db"));
    let mastercard = base_string(
        "POST",
        "https://sandbox.api.mastercard.com/fraud/merchant/v1/termination-inquiry\
         ?Format=XML&PageOffset=0&PageLength=10",
        &pairs(&[
            ("oauth_version", "1.0"),
            ("oauth_body_hash", "h2Pd7zlzEZjZVIKB4j94UZn/xxoR3RoCjYQ9/JdadGQ="),
        ]),
    );
    let parameters = "Format%3DXML%26PageLength%3D10%26PageOffset%3D0\
                      %26oauth_body_hash%3Dh2Pd7zlzEZjZVIKB4j94UZn%2FxxoR3RoCjYQ9%2FJdadGQ%3D";
    let url =
        "https%3A%2F%2Fsandbox.api.mastercard.com%2Ffraud%2Fmerchant%2Fv1%2Ftermination-inquiry";
    assert_eq!(mastercard, format!("POST&{url}&{parameters}%26oauth_version%3D1.0"));
    assert_eq!(body_hash(b""), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    assert_eq!(
        body_hash("{\"fo\u{f5}\":\"bar\"}".as_bytes()),
        "+Z+PWW2TJDnPvRcTgol+nKO3LT7xm8smnsg+//XMIyI="
    );
}

#[tokio::test]
async fn a_signature_is_taken_in_mastercards_and_in_rfc_5849s_writing() {
    let merchant = Merchant::new().await;
    assert_eq!(merchant.credentials.consumer_key.len(), 97);
    assert!(
        merchant.credentials.private_key_pkcs8_pem.starts_with("-----BEGIN PRIVATE KEY-----\nMII")
    );
    let (status, body) = merchant
        .pull("?alert_type=CUSTOMERDISPUTE&start_date=2026-03-14T00%3A00%3A00Z&size=10")
        .await;
    assert_eq!((status, body), (200, json!({ "alerts": [] })));
    let claims: Vec<_> =
        merchant.claims(b"").into_iter().map(|(name, value)| (name, escaped(&value))).collect();
    let header = merchant.header("GET", &format!("{}{BASE_PATH}/alerts", merchant.url), &claims);
    assert_eq!(
        merchant.send(Method::GET, "/alerts", &header, Vec::new()).await.expect("an answer").0,
        200
    );
}

#[tokio::test]
async fn a_call_is_refused_for_any_parameter_that_is_wrong() {
    let merchant = Merchant::new().await;
    for (name, value, why) in [
        ("oauth_consumer_key", "somebody!else".to_owned(), "consumer_key"),
        ("oauth_timestamp", (NOON - 301).to_string(), "timestamp"),
        ("oauth_timestamp", (NOON + 301).to_string(), "timestamp"),
        ("oauth_signature_method", "HMAC-SHA256".to_owned(), "signature_method"),
        ("oauth_version", "2.0".to_owned(), "version"),
        ("oauth_body_hash", body_hash(b"{}"), "body_hash"),
    ] {
        refused(&merchant, &merchant.pull_header(name, &value), why).await;
    }
    let early = merchant.pull_header("oauth_timestamp", &(NOON - 300).to_string());
    assert_eq!(pull(&merchant, &early).await.0, 200);
}

#[tokio::test]
async fn a_call_is_refused_for_a_signature_of_another_call() {
    let merchant = Merchant::new().await;
    let url = format!("{}{BASE_PATH}/alerts", merchant.url);
    let good = merchant.header("GET", &url, &merchant.claims(b""));
    assert_eq!(pull(&merchant, &good).await.0, 200);
    refused(&merchant, &good, "nonce").await;
    refused(&merchant, "Bearer token", "OAuth").await;
    refused(&merchant, "OAuth oauth_version=1.0", "name=").await;
    refused(&merchant, &merchant.header("POST", &url, &merchant.claims(b"")), "base string").await;
    refused(
        &merchant,
        &merchant.header("GET", &format!("{url}?size=10"), &merchant.claims(b"")),
        "base string",
    )
    .await;
    let mut other = Merchant::new().await;
    other.credentials.consumer_key.clone_from(&merchant.credentials.consumer_key);
    refused(&merchant, &other.header("GET", &url, &merchant.claims(b"")), "base string").await;
}

async fn pull(merchant: &Merchant, header: &str) -> (u16, Value) {
    merchant.send(Method::GET, "/alerts", header, Vec::new()).await.expect("an answer")
}

async fn refused(merchant: &Merchant, header: &str, why: &str) {
    let (status, body) = pull(merchant, header).await;
    let error = &body["Errors"]["Error"][0];
    assert_eq!(
        (status, &error["Source"], &error["Recoverable"]),
        (401, &json!("Gateway"), &json!(false)),
        "{why}"
    );
    assert!(error["Details"].as_str().expect("details").contains(why), "{why}: {error}");
}
