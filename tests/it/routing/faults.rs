//! Every call of every change of routes is struck once, while intake has a warm copy; the change is
//! asked for again. And before every call an alert comes, which may warm a copy. From then on
//! alerts go by the change.

use std::ops::Range;
use std::thread;

use domain::basics::id::ConnectionId;
use serde_json::json;
use tests::world::shop::Shop;
use tests::world::{Faults, Settings, Strike, World};
use tokio::runtime::Handle;
use tokio::task::block_in_place;

use super::{came, comes, enrol, record, rows, set, watching};
use crate::strikes::{WAYS, all_end_as, at, by_turns};

/// What handlers take in a build for tests.
const STACK: usize = 16 << 20;
/// What is struck.
const ABOUT: [&str; 3] = [
    "shared/store/src/routes",
    "shared/flows/src/intake",
    "functions/partner-api/src/accounts/enrolments",
];
const ZENITH: &str = "ZENITH GYM";

/// What changes routes.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Change {
    Enrol,
    EndLive,
    EndHeld,
    Hold,
    Free,
    Move,
    FirstAlert,
}

#[derive(Debug, PartialEq)]
struct End {
    /// What became of an alert that came next.
    alert: String,
    status: String,
    /// Its routes are what its record says, and it has none elsewhere.
    is_routed_as_recorded: bool,
    routes_elsewhere: usize,
}

struct Scene {
    shop: Shop,
    /// Another connection, where the change is a move from there.
    elsewhere: Option<ConnectionId>,
}

impl Scene {
    async fn open(faults: Faults, change: Change) -> Self {
        let world = World::start(Settings { faults, ..Settings::default() }).await;
        let shop = Shop::open(&world).await;
        Self { shop, elsewhere: None }.set_up(change).await
    }

    /// Where alerts of Zenith lead before the change.
    async fn set_up(mut self, change: Change) -> Self {
        if change == Change::Enrol {
            return self;
        }
        let made = enrol(&self.shop, "ZENITH").await;
        let id = made["id"].as_str().expect("an id");
        match change {
            Change::EndLive => {
                let other = Shop::open_as(&self.shop.world, ZENITH).await; // it clashes
                set(&other, &other.enrolment, "ENABLED").await;
            }
            Change::EndHeld | Change::Free => set(&self.shop, id, "NEEDS_ATTENTION").await,
            Change::Hold => set(&self.shop, id, "ENABLED").await,
            Change::Move => {
                let there = self
                    .shop
                    .world
                    .connect_ethoca("another", "a password of another vendor's")
                    .await
                    .expect("a connection");
                let there = there["connection_id"]
                    .as_str()
                    .expect("an id")
                    .to_owned()
                    .try_into()
                    .expect("a connection's id");
                self.moves(id, &there).await;
                self.elsewhere = Some(there);
            }
            Change::Enrol | Change::FirstAlert => {}
        }
        self
    }

    async fn moves(&self, id: &str, to: &ConnectionId) {
        let order = json!({"do": "SET_ENROLMENT", "enrolment_id": id, "connection_id": to});
        self.shop.world.operate(order).await.map(drop).unwrap_or_default();
    }

    /// The change, asked for once: it may break off.
    async fn asks(&self, change: Change, id: &str) {
        let world = &self.shop.world;
        let operates = async |status: &str| {
            let order = json!({"do": "SET_ENROLMENT", "enrolment_id": id, "status": status});
            world.operate(order).await.map(drop).unwrap_or_default();
        };
        match change {
            Change::Enrol => drop(
                world
                    .call(
                        "POST",
                        "/v2/enrolments",
                        &self.shop.key,
                        Some(&watching(&self.shop, "ZENITH")),
                    )
                    .await,
            ),
            Change::EndLive | Change::EndHeld => drop(
                world.call("DELETE", &format!("/v2/enrolments/{id}"), &self.shop.key, None).await,
            ),
            Change::Hold => operates("NEEDS_ATTENTION").await,
            Change::Free => operates("ENABLED").await,
            Change::Move => self.moves(id, &self.home().await).await,
            Change::FirstAlert => {
                let mut alert = self.shop.alert("PROOF");
                alert["merchantDescriptor"] = json!(ZENITH);
                drop(self.shop.push(&[alert]).await);
            }
        }
    }

    /// The connection that alerts come over here.
    async fn home(&self) -> ConnectionId {
        record(&self.shop, &self.shop.enrolment).await.connection.expect("a connection")
    }

    async fn end(&self) -> End {
        let id = self.zenith().await.expect("the enrolment");
        let alert = came(&self.shop, "AFTER", ZENITH).await;
        let own = record(&self.shop, &id).await;
        let recorded = if own.connection.is_some() { own.to_routes() } else { Vec::new() };
        End {
            alert: if alert == id { "its own".to_owned() } else { alert },
            status: format!("{:?}", own.status),
            is_routed_as_recorded: rows(&self.shop, &self.home().await, ZENITH, &id).await
                == recorded,
            routes_elsewhere: match &self.elsewhere {
                Some(elsewhere) => rows(&self.shop, elsewhere, ZENITH, &id).await.len(),
                None => 0,
            },
        }
    }

    /// The enrolment of Zenith.
    async fn zenith(&self) -> Option<String> {
        let (_, list) = self.shop.world.call("GET", "/v2/enrolments", &self.shop.key, None).await;
        let found = list["items"]
            .as_array()
            .expect("items")
            .iter()
            .find(|one| one["id"] != self.shop.enrolment)
            .cloned();
        found.and_then(|one| one["id"].as_str().map(ToOwned::to_owned))
    }
}

/// A change that is struck and asked for again; and the calls of its first time, but reads before
/// the first write.
async fn struck(faults: Faults, change: Change) -> (End, Range<usize>) {
    let strike = faults.take_strike();
    let scene = Scene::open(faults.clone(), change).await;
    let shop = &scene.shop;
    let id = scene.zenith().await.unwrap_or_default();
    if change != Change::FirstAlert {
        comes(shop, "BEFORE", ZENITH).await;
    }
    let begun = faults.calls().len();
    if let Some(strike) = strike {
        faults.strike(Strike { call: begun + strike.call, ..strike });
    }
    faults.watch(true);
    let _ = faults.survive(scene.asks(change, &id)).await;
    faults.watch(false);
    let calls = faults.calls().split_off(begun);
    let first = calls
        .iter()
        .position(|call| ["Put", "Update", "Delete"].iter().any(|write| call.contains(write)))
        .unwrap_or(calls.len());
    comes(shop, "BETWEEN", ZENITH).await;
    scene.asks(change, &id).await;
    (scene.end().await, first..calls.len())
}

/// A change before one of whose calls something else is done from its beginning to its end.
async fn disturbed<F: Future<Output = ()>>(
    change: Change,
    call: usize,
    by: impl FnOnce(Shop, String) -> F + Send + 'static,
) -> End {
    let faults = Faults::default();
    let scene = Scene::open(faults.clone(), change).await;
    let id = scene.zenith().await.unwrap_or_default();
    faults.meanwhile(faults.calls().len() + call, {
        let (shop, id, here) = (scene.shop.clone(), id.clone(), Handle::current());
        move || {
            let other =
                thread::Builder::new().stack_size(STACK).spawn(move || here.block_on(by(shop, id)));
            block_in_place(|| other.expect("a thread").join()).expect("it ends");
        }
    });
    faults.watch(true);
    scene.asks(change, &id).await;
    faults.watch(false);
    scene.end().await
}

async fn no_strike_keeps_it_from_holding(change: Change, alert: &str, status: &str) {
    let good = || End {
        alert: alert.to_owned(),
        status: status.to_owned(),
        is_routed_as_recorded: true,
        routes_elsewhere: 0,
    };
    let (end, calls) = struck(Faults::default(), change).await;
    assert_eq!(end, good());
    for call in calls.clone() {
        let alert = async |shop: Shop, _| comes(&shop, "MEANWHILE", ZENITH).await;
        assert_eq!(
            disturbed(change, call, alert).await,
            good(),
            "an alert came before call {call} of {change:?}"
        );
    }
    all_end_as(&good(), by_turns(at(calls, &WAYS), &ABOUT), move |faults| async move {
        struck(faults, change).await.0
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_enrolment_that_is_struck_anywhere_routes_once_it_is_answered() {
    no_strike_keeps_it_from_holding(Change::Enrol, "its own", "Enabled").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_end_that_is_struck_anywhere_leaves_the_alerts_to_who_is_live() {
    // to this shop: the other has it
    no_strike_keeps_it_from_holding(Change::EndLive, "lost", "Unenrolled").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_end_of_what_was_held_leaves_no_route_wherever_it_is_struck() {
    no_strike_keeps_it_from_holding(
        Change::EndHeld,
        "no enrolment has its descriptor",
        "Unenrolled",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_operators_word_holds_wherever_it_is_struck() {
    no_strike_keeps_it_from_holding(
        Change::Hold,
        "the enrolment of its descriptor needs attention",
        "NeedsAttention",
    )
    .await;
    no_strike_keeps_it_from_holding(Change::Free, "its own", "Enabled").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_enrolment_that_moves_leaves_no_route_behind_wherever_it_is_struck() {
    no_strike_keeps_it_from_holding(Change::Move, "its own", "Enabled").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_alert_proves_the_enrolment_wherever_it_is_struck() {
    no_strike_keeps_it_from_holding(Change::FirstAlert, "its own", "Enabled").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_alert_that_is_slow_puts_nothing_back_that_the_operator_has_held_since() {
    let (_, calls) = struck(Faults::default(), Change::FirstAlert).await;
    for call in calls {
        let hold = async |shop: Shop, id: String| set(&shop, &id, "NEEDS_ATTENTION").await;
        let end = disturbed(Change::FirstAlert, call, hold).await;
        assert_eq!(
            end.alert, "the enrolment of its descriptor needs attention",
            "held before call {call}: {end:?}"
        );
        assert!(
            end.is_routed_as_recorded && end.status == "NeedsAttention",
            "held before call {call}: {end:?}"
        );
    }
}
