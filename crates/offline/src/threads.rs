//! Reading a file by several threads, which take its blocks in turns.

use std::num::NonZero;
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::input::block::Block;
use crate::input::blocks::Blocks;

/// How many threads work.
#[derive(Debug, Clone, clap::Args)]
pub struct ThreadsArgs {
    /// Threads that count [default: as many as there are cores]
    #[arg(long, value_name = "COUNT", env = "NAMEIT_TABLE_THREADS")]
    pub threads: Option<NonZero<usize>>,
}

impl ThreadsArgs {
    /// The number that was asked for, or else that of the cores.
    pub fn count(&self) -> usize {
        let available = || thread::available_parallelism().map_or(1, NonZero::get);
        self.threads.map_or_else(available, NonZero::get)
    }
}

/// What went wrong, and in which block: the first one in the file is told.
struct Trouble {
    block: u32,
    error: anyhow::Error,
}

/// Hands all blocks of a file to `threads` threads, each with a `state` of its own for `work`. Returns the file and
/// the states, in no particular order.
///
/// # Errors
/// When the file cannot be read, or `work` refuses a block: the first refusal in the file, whoever met it.
pub(crate) fn read<State: Send>(
    blocks: Blocks,
    threads: usize,
    state: impl Fn() -> State + Sync,
    work: impl Fn(&mut Block, &mut State) -> anyhow::Result<()> + Sync,
) -> anyhow::Result<(Blocks, Vec<State>)> {
    let blocks = Mutex::new(blocks);
    let worker = || read_some(&blocks, state(), &work);
    let outcomes: Vec<Result<State, Trouble>> = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(worker)).collect();
        let own = worker();
        let join = |other: thread::ScopedJoinHandle<'_, _>| {
            other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        std::iter::once(own).chain(others.into_iter().map(join)).collect()
    });
    let mut states = Vec::with_capacity(outcomes.len());
    let mut trouble: Option<Trouble> = None;
    for outcome in outcomes {
        match outcome {
            Ok(state) => states.push(state),
            Err(other) if trouble.as_ref().is_none_or(|first| other.block < first.block) => {
                trouble = Some(other);
            }
            Err(_) => {}
        }
    }
    match trouble {
        Some(Trouble { error, .. }) => Err(error),
        None => Ok((blocks.into_inner().unwrap_or_else(PoisonError::into_inner), states)),
    }
}

/// What one thread does: takes blocks and works on them, until there are no more.
fn read_some<State>(
    blocks: &Mutex<Blocks>,
    mut state: State,
    work: impl Fn(&mut Block, &mut State) -> anyhow::Result<()>,
) -> Result<State, Trouble> {
    let lock = || blocks.lock().unwrap_or_else(PoisonError::into_inner);
    let mut block = lock().block();
    loop {
        let more = {
            let mut blocks = lock();
            blocks.read(&mut block).map_err(|error| Trouble { block: blocks.next_number(), error })?
        };
        if !more {
            return Ok(state);
        }
        if let Err(error) = work(&mut block, &mut state) {
            // Nobody needs the blocks behind this one.
            lock().end();
            return Err(Trouble { block: block.number(), error });
        }
    }
}
