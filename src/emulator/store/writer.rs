//! The one writer: applies queued writes, makes them durable together, then acknowledges them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};
use std::thread::JoinHandle;

use jiff::SignedDuration;
use tokio::sync::oneshot;

use super::durable::Durable;
use super::replica::Replica;
use super::world::World;
use crate::base::clock::Clock;

/// The most writes that share one commit, so that the first of them does not wait for ever.
const BATCH: usize = 256;

/// Why a write was not made durable. Nothing of it is left in memory either.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unsaved {
    /// The disk refused it, with its words.
    #[error("the store could not be written: {0}")]
    Disk(String),
    /// The operation broke off inside the emulator, or the emulator is shutting down.
    #[error("the emulator broke the operation off")]
    Broke,
}

/// Applies itself to the accounts and gives back how to acknowledge it.
type Job = Box<dyn FnOnce(&mut World) -> Acknowledge + Send>;
type Acknowledge = Box<dyn FnOnce(Result<(), Unsaved>) + Send>;

/// The accounts with their writer.
#[derive(Debug)]
pub struct Store {
    world: Arc<RwLock<World>>,
    replica: Option<Arc<Replica>>,
    queue: Mutex<Option<Sender<Job>>>,
    writer: Mutex<Option<JoinHandle<()>>>,
    clock: Clock,
}

impl Store {
    /// Starts the writer over loaded accounts; `durable` is absent where nothing is kept.
    pub fn start(world: World, durable: Option<Durable>, clock: Clock, lag: SignedDuration) -> std::io::Result<Self> {
        let replica = (lag > SignedDuration::ZERO).then(|| {
            let replica = Replica::new(lag);
            replica.adopt(&world.everything());
            Arc::new(replica)
        });
        let world = Arc::new(RwLock::new(world));
        let (queue, jobs) = channel();
        let mut writer = Writer { world: Arc::clone(&world), replica: replica.clone(), durable, clock: clock.clone() };
        let thread = std::thread::Builder::new().name("store".to_owned()).spawn(move || writer.run(&jobs))?;
        Ok(Self { world, replica, queue: Mutex::new(Some(queue)), writer: Mutex::new(Some(thread)), clock })
    }

    /// The accounts as reads see them: behind by the propagation delay where one is set.
    pub fn read(&self) -> RwLockReadGuard<'_, World> {
        match &self.replica {
            Some(replica) => replica.read(self.clock.now()),
            None => self.world.read().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Applies a write and waits until it is durable; an `Err` of the closure leaves no trace.
    pub async fn write<T, E>(
        &self,
        apply: impl FnOnce(&mut World) -> Result<T, E> + Send + 'static,
    ) -> Result<Result<T, E>, Unsaved>
    where
        T: Send + 'static,
        E: Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.send(Box::new(move |world| {
            let mark = world.mark();
            let result = apply(world);
            if result.is_err() {
                world.undo_to(&mark);
            }
            Box::new(move |saved| drop(reply.send(saved.map(|()| result))))
        }));
        answer.await.unwrap_or(Err(Unsaved::Broke))
    }

    /// Queues a change that nobody waits for, such as the last use of a key.
    pub fn note(&self, apply: impl FnOnce(&mut World) + Send + 'static) {
        self.send(Box::new(move |world| {
            apply(world);
            Box::new(drop)
        }));
    }

    /// Takes no more writes and waits until those queued are durable.
    pub fn close(&self) {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(writer) = writer {
            let _ = writer.join();
        }
    }

    fn send(&self, job: Job) {
        if let Some(queue) = &*self.queue.lock().unwrap_or_else(PoisonError::into_inner) {
            let _ = queue.send(job);
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.close();
    }
}

struct Writer {
    world: Arc<RwLock<World>>,
    replica: Option<Arc<Replica>>,
    durable: Option<Durable>,
    clock: Clock,
}

impl Writer {
    fn run(&mut self, jobs: &Receiver<Job>) {
        while let Ok(first) = jobs.recv() {
            let batch = std::iter::once(first).chain(jobs.try_iter().take(BATCH - 1));
            self.commit(batch);
        }
    }

    fn commit(&mut self, batch: impl Iterator<Item = Job>) {
        let mut world = self.world.write().unwrap_or_else(PoisonError::into_inner);
        let mut acknowledged: Vec<Acknowledge> = Vec::new();
        for job in batch {
            let mark = world.mark();
            match catch_unwind(AssertUnwindSafe(|| job(&mut world))) {
                Ok(acknowledge) => acknowledged.push(acknowledge),
                Err(_) => world.undo_to(&mark),
            }
        }
        let changes = world.changes();
        drop(world);
        // INVARIANT: only this thread writes, so the journal still holds exactly these changes.
        let saved = match &mut self.durable {
            Some(durable) if !changes.is_empty() => {
                durable.commit(&changes).map_err(|error| Unsaved::Disk(error.to_string()))
            }
            _ => Ok(()),
        };
        let mut world = self.world.write().unwrap_or_else(PoisonError::into_inner);
        match &saved {
            Ok(()) => world.settle(),
            Err(error) => {
                tracing::warn!(%error, "a batch of writes was undone");
                world.undo_all();
            }
        }
        drop(world);
        if let (Some(replica), Ok(())) = (&self.replica, &saved)
            && !changes.is_empty()
        {
            replica.send(self.clock.now(), changes);
        }
        for acknowledge in acknowledged {
            acknowledge(saved.clone());
        }
    }
}
