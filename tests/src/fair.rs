//! What one tenant's trouble costs another: a thousand messages of one beside a few of the other,
//! played in virtual time through the event source mapping of their stage, since no local stack has
//! one.

mod invocation;
mod mapped_queue;
mod noisy_target;
mod stage_work;

use mapped_queue::{MappedQueue, Message, Tenant};
use noisy_target::{Fate, NoisyTarget};
pub use stage_work::{Trouble, Work};

/// The messages that the noisy tenant has from the start.
const BACKLOG: u32 = 1_000;
/// How long the trouble lasts.
const TROUBLE_MS: i64 = 30 * 60_000;
/// The other tenant sends its first message a moment after the noisy one, and later ones a moment
/// after what was put off comes back.
const MOMENT_MS: i64 = 10;
const LATER_MS: i64 = 30_000;
/// The sweep brings back what was put off.
const SWEEP_MS: i64 = 60_000;

/// Times in milliseconds from sending to the end of the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured {
    pub work: Work,
    pub trouble: Trouble,
    pub is_fair: bool,
    /// The other tenant's message without a neighbour.
    pub alone: i64,
    /// Its first message beside the thousand.
    pub beside: i64,
    /// The slowest of its messages from the second minute on.
    pub after: i64,
    /// Calls to the noisy tenant's target while the trouble lasted.
    pub calls: u32,
    pub dead_letters: u32,
}

impl Measured {
    /// Plays one case.
    #[must_use]
    pub fn play(work: Work, trouble: Trouble, is_fair: bool) -> Self {
        let alone = Play::start(work, trouble, is_fair, 0).run().first_time();
        let played = Play::start(work, trouble, is_fair, BACKLOG).run();
        let (beside, after) = (played.first_time(), played.later_time());
        Self {
            work,
            trouble,
            is_fair,
            alone,
            beside,
            after,
            calls: played.target.calls,
            dead_letters: played.dead_letters,
        }
    }

    /// All cases.
    #[must_use]
    pub fn play_all() -> Vec<Self> {
        let cases =
            Work::ALL.into_iter().flat_map(|work| Trouble::ALL.map(|trouble| (work, trouble)));
        cases
            .flat_map(|(work, trouble)| {
                [true, false].map(|is_fair| Self::play(work, trouble, is_fair))
            })
            .collect()
    }

    /// The most that the first message may take.
    #[must_use]
    pub fn most_beside(&self) -> i64 {
        let one_invocation = self.alone + self.work.invocation_ms(self.trouble);
        if self.is_fair { one_invocation } else { one_invocation + self.backlog_ms() }
    }

    /// The most that a later message may take. What has no lane goes on to take an invocation's
    /// time.
    #[must_use]
    pub fn most_after(&self) -> i64 {
        if self.is_fair && self.is_shielded() { 2 * self.alone - 1 } else { self.most_beside() }
    }

    /// Whether a bar is missed.
    #[must_use]
    pub fn is_missed(&self) -> bool {
        self.beside > self.most_beside() || self.after > self.most_after() || self.dead_letters > 0
    }

    /// Whether the trouble ends by itself: by the target's lane, or because quick messages are soon
    /// done.
    fn is_shielded(&self) -> bool {
        self.work.has_lane() || self.trouble == Trouble::Floods
    }

    /// What it takes to have each message of the backlog worked once: put off, where a lane says
    /// so.
    fn backlog_ms(&self) -> i64 {
        let is_put_off =
            self.work.has_lane() && matches!(self.trouble, Trouble::Hangs | Trouble::TakesLong);
        let each = if is_put_off {
            noisy_target::PUT_OFF_MS
        } else {
            self.work.invocation_ms(self.trouble)
        };
        let invocations =
            i64::from(BACKLOG).div_euclid(i64::from(self.work.mapping().batch_size)) + 1;
        (invocations / i64::try_from(self.work.mapping().at_once).unwrap_or(1) + 1) * each
    }
}

/// One case under way.
struct Play {
    work: Work,
    target: NoisyTarget,
    /// The stage's queue, and the one for targets that take long.
    queues: Vec<MappedQueue>,
    /// When each message of the other tenant was sent, and how long it took.
    times: Vec<(i64, i64)>,
    dead_letters: u32,
}

impl Play {
    fn start(work: Work, trouble: Trouble, is_fair: bool, backlog: u32) -> Self {
        let stages = [Some(work.stage()), work.slow_stage()];
        let mut queues: Vec<MappedQueue> =
            stages.into_iter().flatten().map(|stage| MappedQueue::new(stage, is_fair)).collect();
        for number in 0..backlog {
            queues[0].put(Message::new(number, Tenant::Noisy), 0);
        }
        let later = (1..).map(|time| time * LATER_MS).take_while(|at| *at < TROUBLE_MS);
        for (number, at) in (backlog..).zip([0].into_iter().chain(later)) {
            queues[0].put(Message::new(number, Tenant::Other), at + MOMENT_MS);
        }
        Self {
            work,
            target: NoisyTarget::new(work, trouble),
            queues,
            times: Vec::new(),
            dead_letters: 0,
        }
    }

    fn run(mut self) -> Self {
        while let Some((place, now)) = self.next_invocation() {
            invocation::invoke(&mut self, place, now);
        }
        self
    }

    /// The queue whose function runs next, and when.
    fn next_invocation(&self) -> Option<(usize, i64)> {
        let starts = self
            .queues
            .iter()
            .enumerate()
            .filter_map(|(place, queue)| Some((place, queue.next_start()?)));
        starts.min_by_key(|(_, now)| *now)
    }

    /// What becomes of a message that was received at a time and worked until another.
    fn settle(
        &mut self,
        place: usize,
        message: Message,
        (received, ended): (i64, i64),
        fate: Fate,
    ) {
        match fate {
            Fate::Done if message.tenant == Tenant::Other => {
                self.times.push((message.sent_at, ended - message.sent_at));
            }
            Fate::Done => {}
            Fate::PutOff { until, was_called } => {
                let swept = until.max(ended).div_euclid(SWEEP_MS) + 1;
                self.queues[0].put(message.again(was_called), swept * SWEEP_MS);
            }
            Fate::Parted => self.queues[1].put(message.parted(), ended),
            Fate::Failed => match self.queues[place].hidden_until(&message, received) {
                Some(visible) => self.queues[place].put(message, visible),
                None => self.dead_letters += 1,
            },
        }
    }

    fn first_time(&self) -> i64 {
        self.times.iter().min().map_or(0, |(_, took)| *took)
    }

    fn later_time(&self) -> i64 {
        self.times
            .iter()
            .filter(|(sent, _)| *sent >= 2 * LATER_MS)
            .map(|(_, took)| *took)
            .max()
            .unwrap_or_default()
    }
}
