//! One invocation: a batch, of which so many messages are worked at once.

use super::Play;
use super::mapped_queue::Tenant;
use super::noisy_target::Fate;

/// Runs the function of a queue, from now on.
pub(super) fn invoke(play: &mut Play, place: usize, now: i64) {
    let batch = play.queues[place].take(now);
    let cut_off = play.work.cut_off(now);
    let mut lanes = vec![now; play.work.batch_lanes()];
    let mut worked = Vec::new();
    for message in batch {
        let lane = lanes.iter_mut().min().expect("a batch has lanes");
        let (took, fate) = match message.tenant {
            _ if *lane >= cut_off => (0, Fate::Failed),
            Tenant::Other => (play.work.quick_ms(), Fate::Done),
            Tenant::Noisy => play.target.work_message(&message, now),
        };
        let fate = if *lane + took > cut_off { Fate::Failed } else { fate };
        *lane = (*lane + took).min(cut_off);
        worked.push((message, took, *lane, fate));
    }
    let ends = lanes.into_iter().max().unwrap_or(now);
    let took: Vec<_> = worked.iter().map(|(message, took, ..)| (message.tenant, *took)).collect();
    play.queues[place].occupy(ends, &took);
    for (message, _, ended, fate) in worked {
        play.settle(place, message, (now, ended), fate);
    }
}
