//! Room for connections: a full house makes room for a newcomer by closing the connection that can best be spared.
//!
//! The peer with the most connections gives one up: one whose answers are not read before one that waits for a
//! request, and that before one whose request is being answered; of those the one whose last byte moved the longest
//! ago.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

/// The connections that are open.
#[derive(Debug)]
pub struct Seats {
    room: usize,
    taken: Mutex<HashMap<u64, Taken>>,
    /// Counts arrivals and moved bytes alike: an order in time that no clock can turn back.
    turn: AtomicU64,
}

/// What a connection does, those that can best be spared first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Doing {
    /// Its peer does not read.
    Stalled,
    /// It waits for a request.
    Idle,
    /// A request of it is being answered.
    Answering,
}

/// What is known of a connection.
#[derive(Debug)]
struct State {
    doing: AtomicU8,
    /// The turn at which its last byte moved.
    moved: AtomicU64,
    /// How often bytes arrived, and how often they had when the last answer was ready.
    reads: AtomicU64,
    reads_answered: AtomicU64,
    close: CancellationToken,
}

#[derive(Debug)]
struct Taken {
    peer: IpAddr,
    state: Arc<State>,
}

/// One connection's place; dropped, it is free again.
#[derive(Debug)]
pub struct Seat {
    seats: Arc<Seats>,
    number: u64,
    state: Arc<State>,
}

impl Seats {
    /// Room for so many connections.
    pub fn new(room: usize) -> Arc<Self> {
        Arc::new(Self { room, taken: Mutex::default(), turn: AtomicU64::new(0) })
    }

    /// Takes a seat for a newcomer; where all are taken, another connection is told to close.
    pub fn take(self: &Arc<Self>, peer: IpAddr) -> Seat {
        let number = self.turn.fetch_add(1, Ordering::Relaxed);
        let state = Arc::new(State {
            doing: AtomicU8::new(Doing::Idle as u8),
            moved: AtomicU64::new(number),
            reads: AtomicU64::new(0),
            reads_answered: AtomicU64::new(0),
            close: CancellationToken::new(),
        });
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.len() >= self.room {
            close_one(&mut taken);
        }
        taken.insert(number, Taken { peer, state: Arc::clone(&state) });
        Seat { seats: Arc::clone(self), number, state }
    }

    /// Whether there is one connection at most, whose requests come one after the other.
    pub fn is_alone(&self) -> bool {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).len() <= 1
    }

    /// Tells a connection to close, for a newcomer for whom the system has no room.
    pub fn make_room(&self) {
        close_one(&mut self.taken.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

fn close_one(taken: &mut HashMap<u64, Taken>) {
    if let Some(left) = spared(taken).and_then(|number| taken.remove(&number)) {
        left.state.close.cancel();
    }
}

/// The connection that can best be spared.
fn spared(taken: &HashMap<u64, Taken>) -> Option<u64> {
    let mut held: HashMap<IpAddr, usize> = HashMap::new();
    for seat in taken.values() {
        *held.entry(seat.peer).or_default() += 1;
    }
    let most = held.values().copied().max()?;
    let crowded = taken.iter().filter(|(_, seat)| held.get(&seat.peer) == Some(&most));
    let rank = |state: &State| (state.doing.load(Ordering::Relaxed), state.moved.load(Ordering::Relaxed));
    crowded.min_by_key(|(_, seat)| rank(&seat.state)).map(|(number, _)| *number)
}

impl Seat {
    /// Whether it is the only one that is taken.
    pub fn is_alone(&self) -> bool {
        self.seats.is_alone()
    }

    /// Notes that bytes were moved.
    pub fn moved(&self) {
        self.state.moved.store(self.seats.turn.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
    }

    /// Notes that bytes arrived.
    pub fn read(&self) {
        self.state.reads.fetch_add(1, Ordering::Relaxed);
        self.moved();
    }

    /// Notes what the connection does now.
    pub fn does(&self, doing: Doing) {
        self.state.doing.store(doing as u8, Ordering::Relaxed);
    }

    /// A request begins. Whether it was sent after the last answer: one that came together with the request before it
    /// did not wait for an answer, and who does not wait may not read either.
    pub fn begins(&self) -> bool {
        self.does(Doing::Answering);
        self.state.reads.load(Ordering::Relaxed) > self.state.reads_answered.load(Ordering::Relaxed)
    }

    /// The answer to the request is ready.
    pub fn answered(&self) {
        self.does(Doing::Idle);
        self.state.reads_answered.store(self.state.reads.load(Ordering::Relaxed), Ordering::Relaxed);
    }

    /// Waits until the seat is needed for somebody else.
    pub async fn given_up(&self) {
        self.state.close.cancelled().await;
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.seats.taken.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(last: u8) -> IpAddr {
        IpAddr::from([127, 0, 0, last])
    }

    fn is_open(seat: &Seat) -> bool {
        !seat.state.close.is_cancelled()
    }

    #[test]
    fn the_connection_that_moved_nothing_for_the_longest_time_makes_room() {
        let seats = Seats::new(3);
        let all = [1, 1, 1].map(|last| seats.take(peer(last)));
        all[0].moved();
        let newcomer = seats.take(peer(1));
        assert_eq!(all.each_ref().map(is_open), [true, false, true]);
        assert!(is_open(&newcomer));
    }

    #[test]
    fn who_does_not_read_makes_room_before_who_waits_and_who_is_answered_is_the_last() {
        let seats = Seats::new(3);
        let all = [Doing::Answering, Doing::Idle, Doing::Stalled].map(|doing| {
            let seat = seats.take(peer(1));
            seat.does(doing);
            seat
        });
        let busy = || {
            let seat = seats.take(peer(1));
            seat.does(Doing::Answering);
            seat
        };
        let _first = busy();
        assert_eq!(all.each_ref().map(is_open), [true, true, false]);
        let _second = busy();
        assert_eq!(all.each_ref().map(is_open), [true, false, false]);
    }

    #[test]
    fn the_peer_with_the_most_connections_makes_room() {
        let seats = Seats::new(3);
        let all = [1, 2, 2].map(|last| seats.take(peer(last)));
        all[1].moved();
        seats.take(peer(3));
        assert_eq!(all.each_ref().map(is_open), [true, true, false]);
    }

    #[test]
    fn a_closed_connection_leaves_its_seat() {
        let seats = Seats::new(1);
        drop(seats.take(peer(1)));
        let one = seats.take(peer(1));
        assert!(is_open(&one));
        assert_eq!(seats.taken.lock().unwrap().len(), 1);
    }
}
