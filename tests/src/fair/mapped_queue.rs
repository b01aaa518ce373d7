//! A standard queue with groups, and the workers that its mapping gives it.

use std::collections::BTreeMap;

use domain::alert::pipeline::PipelineStage;

use crate::mapping::StageMapping;
use crate::world::MOST_RECEIVES;

/// A tenant is noisy with more than this share of the messages in flight and so many of them, or of
/// the working time.
const NOISY_PERCENT: i64 = 10;
const NOISY_MESSAGES: usize = 30;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tenant {
    Noisy,
    Other,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Message {
    number: u32,
    pub tenant: Tenant,
    pub sent_at: i64,
    pub receives: u32,
    /// How often its work was put off, and how often its target was called.
    pub times: u32,
    pub tries: u32,
    pub is_parted: bool,
}

/// The queue of a stage.
pub(super) struct MappedQueue {
    mapping: &'static StageMapping,
    is_fair: bool,
    /// The messages of each tenant, by the time when they are visible.
    waiting: [BTreeMap<(i64, u32), Message>; 2],
    /// When each worker is free.
    workers: Vec<i64>,
    /// The tenant of each message in flight, and until when it is.
    in_flight: Vec<(Tenant, i64)>,
    /// The time that each tenant's messages took.
    worked_ms: [i64; 2],
}

impl Message {
    pub fn new(number: u32, tenant: Tenant) -> Self {
        Self { number, tenant, sent_at: 0, receives: 0, times: 0, tries: 0, is_parted: false }
    }

    /// A new message for the same work.
    pub fn again(self, was_called: bool) -> Self {
        let tries = self.tries + u32::from(was_called);
        Self { receives: 0, times: self.times + 1, tries, is_parted: false, ..self }
    }

    /// A new message for the same work, with those whose targets take long.
    pub fn parted(self) -> Self {
        Self { receives: 0, is_parted: true, ..self }
    }
}

impl MappedQueue {
    pub fn new(stage: PipelineStage, is_fair: bool) -> Self {
        let mapping = StageMapping::of(stage);
        let (waiting, workers) = (Default::default(), vec![0; mapping.at_once]);
        Self { mapping, is_fair, waiting, workers, in_flight: Vec::new(), worked_ms: [0; 2] }
    }

    /// Makes a message visible at a time.
    pub fn put(&mut self, message: Message, at: i64) {
        let sent_at = if message.receives == 0 { at } else { message.sent_at };
        self.waiting[message.tenant as usize]
            .insert((at, message.number), Message { sent_at, ..message });
    }

    /// When the next invocation starts: a worker is free, and a message visible, or as many as a
    /// batch takes.
    pub fn next_start(&self) -> Option<i64> {
        let first = self.waiting.iter().filter_map(|messages| messages.keys().next()).min()?.0;
        let start = first.max(*self.workers.iter().min()?);
        let batch = self.mapping.batch_size as usize;
        let visible: usize = self
            .waiting
            .iter()
            .map(|messages| messages.range(..=(start, u32::MAX)).take(batch).count())
            .sum();
        Some(if visible < batch {
            start.max(first + 1_000 * self.mapping.window_seconds)
        } else {
            start
        })
    }

    /// The messages of the invocation that starts now. A fair queue serves quiet tenants first; any
    /// other, who came first.
    pub fn take(&mut self, now: i64) -> Vec<Message> {
        self.in_flight.retain(|(_, until)| *until > now);
        let other_first = self.is_fair && self.is_noisy();
        let mut taken = Vec::new();
        while taken.len() < self.mapping.batch_size as usize {
            let [noisy, other] = [0, 1].map(|tenant| {
                self.waiting[tenant].keys().next().copied().filter(|(at, _)| *at <= now)
            });
            let tenant = match (noisy, other) {
                (None, None) => break,
                (Some(_), None) => 0,
                (None, Some(_)) => 1,
                (Some(noisy), Some(other)) => usize::from(other_first || other < noisy),
            };
            let message = self.waiting[tenant].pop_first().map(|(_, message)| message);
            taken.extend(
                message.map(|message| Message { receives: message.receives + 1, ..message }),
            );
        }
        taken
    }

    /// Whether the noisy tenant counts as noisy by the documented rule.
    fn is_noisy(&self) -> bool {
        let held = self.in_flight.iter().filter(|(tenant, _)| *tenant == Tenant::Noisy).count();
        let is_above = |part: i64, whole: i64| 100 * part > NOISY_PERCENT * whole;
        let all = i64::try_from(self.in_flight.len()).unwrap_or(i64::MAX);
        let many = held >= NOISY_MESSAGES && is_above(i64::try_from(held).unwrap_or_default(), all);
        many || is_above(self.worked_ms[Tenant::Noisy as usize], self.worked_ms.iter().sum())
    }

    /// Keeps the free worker until its batch ends, with how long each message took.
    pub fn occupy(&mut self, ends: i64, took: &[(Tenant, i64)]) {
        if let Some(worker) = self.workers.iter_mut().min() {
            *worker = ends;
        }
        for (tenant, took) in took {
            self.in_flight.push((*tenant, ends));
            self.worked_ms[*tenant as usize] += took;
        }
    }

    /// When a message that failed is visible again; never, where it goes to the dead letters.
    pub fn hidden_until(&self, message: &Message, received: i64) -> Option<i64> {
        (message.receives < MOST_RECEIVES)
            .then_some(received + 1_000 * self.mapping.visibility_seconds)
    }
}
