//! Who may bring alerts and processors' events, and what becomes of what cannot be read.

mod events;

use alert_intake::AlertIntake;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpRequestContext;
use lambda_http::request::RequestContext;
use lambda_http::{Body, Request};
use runtime::http::RequestTime;
use serde_json::{Value, json};
use tests::world::{Settings, World};

const SUBJECT: &str = "CN=alerts.ethoca.example,O=Ethoca";
/// A descriptor that nobody has enrolled, as alerts write it.
const NOBODYS: &str = r#""merchantDescriptor":"NOBODYS""#;

async fn world() -> World {
    let world = World::start(Settings::default()).await;
    let credentials = world.ethoca.generate_credentials();
    let command = json!({
        "do": "CREATE_CONNECTION", "network": "ETHOCA", "name": "Ethoca",
        "api_url": world.ethoca_url, "push_username": "ethoca",
        "push_password": "right", "client_subject": SUBJECT,
        "consumer_key": credentials.consumer_key, "private_key": credentials.private_key_pkcs8_pem
    });
    world.operate(command).await.expect("a connection");
    world
}

/// A delivery at the vendors' door: with a password, a certificate's subject, a body.
async fn deliver(
    world: &World,
    password: &str,
    subject: Option<&str>,
    body: impl AsRef<[u8]>,
) -> (u16, Value) {
    let intake = AlertIntake { store: world.store.clone(), needs_certificate: true };
    let context: ApiGatewayV2httpRequestContext = serde_json::from_value(json!({
        "http": { "method": "POST" }, "timeEpoch": 0,
        "authentication": subject.map(
            |subject| json!({ "clientCert": { "subjectDN": subject, "validity": {} } })
        )
    }))
    .expect("a context");
    let sign_in = format!("Basic {}", STANDARD.encode(format!("ethoca:{password}")));
    let mut request = Request::new(Body::from(body.as_ref().to_vec()));
    request.headers_mut().insert("authorization", sign_in.parse().expect("a header"));
    request.extensions_mut().insert(RequestContext::ApiGatewayV2(context));
    request.extensions_mut().insert(RequestTime(world.clock.now()));
    let response = alert_intake::handle(&intake, request).await;
    (response.status().as_u16(), serde_json::from_slice(response.body()).unwrap_or(Value::Null))
}

async fn quarantine(world: &World) -> Value {
    world.operate(json!({ "do": "LIST_QUARANTINE" })).await.expect("the list")
}

/// An alert in JSON whose descriptor is nobody's, with its amount as it is written there.
fn nobodys_alert(id: &str, amount: &str) -> String {
    let money = format!(r#""amount":{amount},"currency":"USD""#);
    format!(r#"{{"alertId":"{id}","alertType":"CUSTOMERDISPUTE",{money},{NOBODYS}}}"#)
}

#[tokio::test]
async fn only_the_pinned_certificate_with_the_right_password_gets_in() {
    let world = world().await;
    let body = r#"{"alerts":[]}"#;
    assert_eq!(
        deliver(&world, "right", Some(SUBJECT), body).await,
        (200, json!({ "acknowledgements": [] }))
    );
    for (password, subject) in
        [("wrong", Some(SUBJECT)), ("right", None), ("right", Some("CN=somebody.else,O=Ethoca"))]
    {
        let (status, answer) = deliver(&world, password, subject, body).await;
        assert_eq!(
            (status, &answer["code"]),
            (401, &json!("UNAUTHENTICATED")),
            "{password} {subject:?}"
        );
    }
    assert_eq!(quarantine(&world).await["count"], 0, "nothing of a stranger's is stored");
}

#[tokio::test]
async fn what_cannot_be_read_is_acknowledged_and_kept_without_card_numbers() {
    let world = world().await;
    let (status, _) = deliver(&world, "right", Some(SUBJECT), "4242424242424242 is no JSON").await;
    assert_eq!(status, 200);
    let held = quarantine(&world).await;
    assert_eq!(held["count"], 1);
    assert!(
        held["items"][0]["raw"].as_str().is_some_and(|raw| raw.contains("424242******4242")),
        "{held}"
    );
    deliver(&world, "right", Some(SUBJECT), "4242424242424242 is no JSON").await;
    assert_eq!(quarantine(&world).await["count"], 1, "a second delivery changes nothing");
}

#[tokio::test]
async fn one_bad_alert_does_not_spoil_the_others() {
    let world = world().await;
    let body = concat!(
        r#"{"alerts":[{"alertId":"A1","alertType":"HOLIDAY","amount":"1.00","currency":"USD"},"#,
        r#"{"alertId":"A2","alertType":"CUSTOMERDISPUTE","amount":"49.00","currency":"USD","#,
        r#""merchantDescriptor":"NOBODYS"},7]}"#
    );
    let (status, answer) = deliver(&world, "right", Some(SUBJECT), body).await;
    let taken = |id: &str| json!({ "alertId": id, "status": "SUCCESS" });
    assert_eq!((status, answer), (200, json!({ "acknowledgements": [taken("A1"), taken("A2")] })));
    assert_eq!(quarantine(&world).await["count"], 3);
}

/// A delivery of two alerts with a byte order mark, and a descriptor that is not UTF-8.
fn write_outside_utf8(first: &str, second: &str) -> Vec<u8> {
    let bytes = [
        b"\xef\xbb\xbf[".as_slice(),
        first.replace("NOBODYS", "CAF").as_bytes(),
        b",",
        second.replace("NOBODYS", "@").as_bytes(),
        b"]",
    ]
    .concat();
    bytes.into_iter().map(|byte| if byte == b'@' { 0xc9 } else { byte }).collect()
}

#[tokio::test]
async fn what_is_whole_of_a_broken_delivery_is_taken() {
    let world = world().await;
    let (one, two) = (nobodys_alert("A1", "4.9E+1"), nobodys_alert("A2", "4.9E+1"));
    let cut = format!(r#"{{"alerts":[{one},{}"#, &two[..40]);
    let bytes = write_outside_utf8(&one, &two);
    let taken = |ids: &[&str]| {
        json!({
            "acknowledgements": ids.iter().map(
                |id| json!({ "alertId": id, "status": "SUCCESS" })
            ).collect::<Vec<_>>()
        })
    };
    for _ in 0..2 {
        let (status, answer) = deliver(&world, "right", Some(SUBJECT), &cut).await;
        assert_eq!((status, answer), (200, taken(&["A1"])), "what is cut off comes again");
        assert_eq!(
            quarantine(&world).await["count"],
            2,
            "the whole one of nobody's, and the piece, once"
        );
    }
    assert_eq!(deliver(&world, "right", Some(SUBJECT), &bytes).await, (200, taken(&["A1", "A2"])));
    let held = quarantine(&world).await;
    assert_eq!(held["count"], 3, "{held}");
    let nonsense = deliver(&world, "right", Some(SUBJECT), vec![0xff_u8; 256 * 1024]).await;
    assert_eq!(
        nonsense.0, 200,
        "the largest delivery of wrong bytes is kept and not brought again"
    );
}

#[tokio::test]
async fn an_enormous_delivery_is_refused() {
    let world = world().await;
    let (status, answer) =
        deliver(&world, "right", Some(SUBJECT), &"x".repeat(256 * 1024 + 1)).await;
    assert_eq!((status, &answer["code"]), (413, &json!("BODY_TOO_LARGE")));
}

#[tokio::test]
async fn wrong_sign_ins_are_refused_early_and_the_right_one_is_always_taken() {
    let world = world().await;
    let (body, sign_in) = (r#"{"alerts":[]}"#, async |password: &str| {
        deliver(&world, password, Some(SUBJECT), r#"{"alerts":[]}"#).await.0
    });
    let mut wrong = Vec::new();
    let ((), alarms) = crate::alarms::rung(async {
        for _ in 0..22 {
            wrong.push(sign_in("wrong").await);
        }
    })
    .await;
    assert_eq!(wrong, [[401; 20].as_slice(), &[429; 2]].concat());
    assert_eq!(
        alarms,
        ["Sign-ins of a vendor fail: 20 with a wrong password in one minute"],
        "once a minute"
    );
    assert_eq!(
        deliver(&world, "right", Some(SUBJECT), body).await.0,
        200,
        "the vendor is never locked out"
    );
    assert_eq!(sign_in("wrong").await, 429);
    world.clock.advance(jiff::SignedDuration::from_mins(1));
    assert_eq!(sign_in("wrong").await, 401);
}

#[tokio::test]
async fn eighty_five_thousand_empty_alerts_are_one_payload_in_quarantine() {
    let world = world().await;
    let real = |id: &str| nobodys_alert(id, "49.00");
    let delivery = format!("[{}{}]", "{},".repeat(85_000), real("A1"));
    for _ in 0..2 {
        world.faults.watch(true);
        let before = world.faults.calls().len();
        let answer = deliver(&world, "right", Some(SUBJECT), &delivery).await;
        let calls = world.faults.calls().len() - before;
        world.faults.watch(false);
        assert_eq!(
            answer,
            (200, json!({ "acknowledgements": [{ "alertId": "A1", "status": "SUCCESS" }] }))
        );
        assert!(calls <= 12, "{calls} calls for one alert and one payload");
        let held = quarantine(&world).await;
        let reasons: Vec<&str> = held["items"]
            .as_array()
            .expect("items")
            .iter()
            .filter_map(|one| one["reason"].as_str())
            .collect();
        assert_eq!(
            held["count"], 2,
            "the alert of nobody's, and the empty ones, once: {reasons:?}"
        );
        assert!(
            reasons
                .iter()
                .any(|reason| reason.starts_with("85000 pieces of one delivery have no id")),
            "{reasons:?}"
        );
    }
}

#[tokio::test]
async fn of_more_alerts_than_a_delivery_may_have_the_vendor_is_told_which_to_bring_again() {
    let world = world().await;
    let alert = |at: usize| {
        json!({
            "alertId": format!("A{at}"), "alertType": "CUSTOMERDISPUTE", "amount": 49,
            "currency": "USD"
        })
    };
    let bring = async |ids: Vec<usize>| {
        let delivery = Value::Array(ids.into_iter().map(alert).collect()).to_string();
        let (status, answer) = deliver(&world, "right", Some(SUBJECT), delivery).await;
        let told = answer["acknowledgements"].as_array().expect("a list").iter();
        (status, told.map(|one| one["status"] == "SUCCESS").collect::<Vec<bool>>())
    };
    let first = crate::alarms::rung(bring((0..300).collect())).await;
    assert_eq!(first.0, (200, [[true; 250].as_slice(), &[false; 50]].concat()));
    let told = "Alert could not be stored: a delivery has 300, of which 250 are taken; the vendor \
        is told which";
    assert_eq!(first.1.last().map(String::as_str), Some(told));
    assert_eq!(bring((250..300).collect()).await, (200, vec![true; 50]));
}

#[tokio::test]
async fn a_delivery_that_nobody_could_read_is_handed_to_nobody() {
    let world = world().await;
    deliver(&world, "right", Some(SUBJECT), r#"{"other": "format"}"#).await;
    let secret = world.new_partner("Payments Co", "LIVE").await.expect("a key");
    let (_, organisation) =
        world.call("POST", "/v1/organisations/", &secret, Some(&json!({ "name": "Acme" }))).await;
    let id = &quarantine(&world).await["items"][0]["id"];
    let order = json!({
        "do": "ASSIGN_QUARANTINED", "id": id, "organisation_id": organisation["id"], "by": "ann"
    });
    let refused = world.operate(order).await.expect_err("others' alerts may be in it");
    assert!(refused.contains("names no alert"), "{refused}");
}
