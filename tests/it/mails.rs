//! E-mails to members, and the page that they open: over the whole pipeline, as a reader has them.

mod budget;
mod consent;
mod faults;
mod hostile;
mod kinds;
mod links;
mod page;
mod returned;
mod unheard;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::HeaderMap;
use serde_json::{Value, json};
use tests::aws::Mail;
use tests::world::shop::Shop;
use tests::world::{Settings, World};

/// Whoever reads the mails.
const READER: &str = "kim@acme.example";

/// A shop with a member who wants every mail.
struct House {
    shop: Shop,
    /// The member.
    reader: Value,
}

/// A page as a browser has it.
pub struct Page {
    pub status: u16,
    headers: HeaderMap,
    pub html: String,
}

impl House {
    async fn open() -> Self {
        Self::with(Settings::default()).await
    }

    async fn with(settings: Settings) -> Self {
        let shop = Shop::open(&World::start(settings).await).await;
        let reader = member(&shop, READER, &json!({})).await;
        Self { shop, reader }
    }

    /// An alert, as far as it goes by itself.
    async fn alert(&self, alert: &Value) {
        self.shop.push(std::slice::from_ref(alert)).await;
        self.shop.world.settle().await;
    }

    /// An alert about a payment that nobody has, and the path of the reader's page.
    async fn unknown(&self, id: &str) -> String {
        self.alert(&self.shop.alert(id)).await;
        path_in(self.mails().last().expect("a mail"))
    }

    fn mails(&self) -> Vec<Mail> {
        self.shop.world.mails_after_consent(READER)
    }

    fn subjects(&self) -> Vec<String> {
        self.mails().into_iter().map(|mail| mail.subject).collect()
    }

    async fn get(&self, path: &str) -> Page {
        self.visit("GET", path, "").await
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Page {
        self.visit("POST", path, &written(form)).await
    }

    async fn visit(&self, method: &str, path: &str, form: &str) -> Page {
        visit(&self.shop.world, method, path, form).await
    }

    /// The shop's only alert, as its partner sees it.
    async fn only(&self) -> Value {
        let alerts = self.shop.alerts().await;
        assert_eq!(alerts.len(), 1);
        alerts[0].clone()
    }
}

impl Page {
    /// What a form of the page sends without being touched, with the button that is pressed.
    pub fn form<'a>(&'a self, action: &'a str) -> Vec<(&'a str, &'a str)> {
        vec![("seen", self.field("seen").expect("a form")), ("action", action)]
    }

    /// The value of a hidden field or of the first choice.
    pub fn field(&self, name: &str) -> Option<&str> {
        let (_, rest) = self.html.split_once(&format!("name=\"{name}\" value=\""))?;
        rest.split('"').next()
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }
}

/// Opens a page, as a browser does.
pub async fn visit(world: &World, method: &str, path: &str, form: &str) -> Page {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("content-type", "application/x-www-form-urlencoded");
    let response =
        world.answer(request.body(Body::from(form.to_owned())).expect("a request")).await;
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.expect("a body");
    let html = String::from_utf8(bytes.to_vec()).expect("text");
    Page { status: parts.status.as_u16(), headers: parts.headers, html }
}

/// A form as a browser sends it.
pub fn written(form: &[(&str, &str)]) -> String {
    form.iter()
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect::<Vec<_>>()
        .join("&")
}

/// A member whose address its owner has confirmed.
async fn member(shop: &Shop, email: &str, switches: &Value) -> Value {
    let member = unconfirmed(shop, email, switches).await;
    shop.world.confirm(email).await;
    member
}

async fn unconfirmed(shop: &Shop, email: &str, switches: &Value) -> Value {
    let mut body = json!({
        "organisation_id": shop.organisation, "first_name": "Kim", "last_name": "Doe",
        "email": email, "role": "ADMIN"
    });
    body.as_object_mut()
        .expect("an object")
        .extend(switches.as_object().expect("switches").clone());
    let (status, member) =
        shop.world.call("POST", "/v1/memberships/", &shop.key, Some(&body)).await;
    assert_eq!(status, 200, "{member}");
    member
}

/// The path of the page that a mail links to.
pub fn path_in(mail: &Mail) -> String {
    let link = mail.text.lines().find(|line| line.starts_with("https://")).expect("a link");
    link.strip_prefix("https://forestall.example").expect("the public address").to_owned()
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }
        })
        .collect()
}
