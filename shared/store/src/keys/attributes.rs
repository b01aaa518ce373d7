//! The names of the table's attributes and indexes, and how long items are kept.

/// The attributes of the table's own key.
pub const PK: &str = "pk";
/// The sort half of the table's own key.
pub const SK: &str = "sk";
/// The list index: what is listed together, and in which order.
pub const LIST_INDEX: &str = "list-index";
/// The list index's key.
pub const LIST: &str = "list";
/// The list index's order.
pub const LISTED: &str = "listed";
/// The due index, sparse: only what falls due is in it.
pub const DUE_INDEX: &str = "due-index";
/// The due index's key.
pub const DUE: &str = "due";
/// When it falls due.
pub const DUE_AT: &str = "due_at";
/// When the table forgets the item, in seconds since 1970.
pub const EXPIRES: &str = "expires";
/// How many shards the due index has.
pub const DUE_SHARDS: u32 = 8;
/// How many shards the list of an organisation's alerts has, and that of its orders: a list key in
/// the order of time never splits.
pub const LIST_SHARDS: u32 = 4;
/// How long orders and their look-up rows are kept.
pub const ORDER_DAYS: i64 = 550;
/// How long a quarantined payload is kept.
pub const QUARANTINE_DAYS: i64 = 30;
/// How long events and their deliveries are kept.
pub const DELIVERY_DAYS: i64 = 30;
/// How long it is kept that a mail left.
pub const MAIL_DAYS: i64 = 30;
/// How long imported past alerts are kept.
pub const IMPORT_DAYS: i64 = 180;
/// How long changes and erasures can be looked up.
pub const AUDIT_DAYS: i64 = 400;
/// How long a day's count of automatic refunds is kept.
pub const CAP_DAYS: i64 = 3;
