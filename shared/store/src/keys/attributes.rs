//! The names of the table's attributes and indexes, and the retention of items.

/// The partition half of the table's primary key.
pub const PK: &str = "pk";
/// The sort half of the table's primary key.
pub const SK: &str = "sk";
/// The list index: the items of each list, sorted.
pub const LIST_INDEX: &str = "list-index";
/// The partition key of the list index.
pub const LIST: &str = "list";
/// The sort key of the list index.
pub const LISTED: &str = "listed";
/// The due index, sparse: only items that fall due are in the index.
pub const DUE_INDEX: &str = "due-index";
/// The partition key of the due index.
pub const DUE: &str = "due";
/// The time at which an item falls due.
pub const DUE_AT: &str = "due_at";
/// The time at which the table deletes an item, in seconds since 1970.
pub const EXPIRES: &str = "expires";
/// The number of shards of the due index.
pub const DUE_SHARDS: u32 = 8;
/// The number of shards of the list of an organisation's alerts, and of orders: a list key sorted
/// by time never splits.
pub const LIST_SHARDS: u32 = 4;
/// The retention of orders and of the look-up rows, in days.
pub const ORDER_DAYS: i64 = 550;
/// The retention of a quarantined payload, in days.
pub const QUARANTINE_DAYS: i64 = 30;
/// The retention of events and deliveries, in days.
pub const DELIVERY_DAYS: i64 = 30;
/// The retention of the record that a mail left, in days.
pub const MAIL_DAYS: i64 = 30;
/// The retention of imported past alerts, in days.
pub const IMPORT_DAYS: i64 = 180;
/// The retention of changes and erasures, in days.
pub const AUDIT_DAYS: i64 = 400;
/// The retention of a day's count of automatic refunds, in days.
pub const CAP_DAYS: i64 = 3;
