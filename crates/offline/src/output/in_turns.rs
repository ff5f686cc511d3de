//! Output that several threads make in turns, while what they made before is written.

use std::io::{self, Write};
use std::sync::mpsc::{channel, sync_channel};
use std::thread;

/// So many pieces of each thread wait to be written at most.
const WAITING: usize = 4;

/// Writes `pieces` pieces, one after the other. Each of `threads` threads has a `state` of its own for `make`, which
/// replaces what is in the buffer that it gets by the piece of that number. Buffers are used again and again, because
/// memory that is new is slow.
///
/// # Errors
/// The first piece that could not be made or written; no further one is written then.
pub fn write<State, Buffer: Default + Send + AsRef<[u8]>>(
    output: &mut dyn Write,
    threads: usize,
    pieces: usize,
    state: impl Fn() -> State + Sync,
    make: impl Fn(&mut State, usize, &mut Buffer) -> io::Result<()> + Sync,
) -> io::Result<()> {
    let threads = threads.min(pieces).max(1);
    thread::scope(|scope| {
        let (state, make) = (&state, &make);
        let mut makers = Vec::with_capacity(threads);
        for first in 0..threads {
            let (made, to_write) = sync_channel(WAITING);
            let (written, to_fill) = channel::<Buffer>();
            scope.spawn(move || {
                let mut state = state();
                for piece in (first..pieces).step_by(threads) {
                    let mut buffer = to_fill.try_recv().unwrap_or_default();
                    let outcome = make(&mut state, piece, &mut buffer);
                    if made.send(outcome.map(|()| buffer)).is_err() {
                        // Nobody takes it, because writing failed.
                        return;
                    }
                }
            });
            makers.push((to_write, written));
        }
        for (to_write, written) in makers.iter().cycle().take(pieces) {
            let Ok(made) = to_write.recv() else {
                // The thread panicked, and the scope will say so.
                break;
            };
            let buffer = made?;
            output.write_all(buffer.as_ref())?;
            // A thread that has made all of its pieces needs no buffer.
            let _ = written.send(buffer);
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::write;

    fn fill(buffer: &mut Vec<u8>, piece: usize) {
        buffer.clear();
        buffer.extend(format!("piece {piece}\n").bytes());
    }

    #[test]
    fn the_order_stays_whatever_the_threads() {
        for pieces in [0_usize, 1, 3, 1000] {
            let expected: Vec<String> = (0..pieces).map(|piece| format!("piece {piece}\n")).collect();
            for threads in [0, 1, 2, 7] {
                let make = |made: &mut usize, piece: usize, buffer: &mut Vec<u8>| {
                    fill(buffer, piece);
                    *made += 1;
                    assert!(*made <= pieces.div_ceil(threads.max(1)), "each thread makes its share");
                    Ok(())
                };
                let mut written = Vec::new();
                write(&mut written, threads, pieces, || 0, make).unwrap();
                assert_eq!(String::from_utf8(written).unwrap(), expected.concat());
            }
        }
    }

    #[test]
    fn nothing_is_written_behind_a_piece_that_cannot_be_made() {
        let make = |(): &mut (), piece: usize, buffer: &mut Vec<u8>| {
            fill(buffer, piece);
            if matches!(piece, 700 | 701) {
                Err(io::Error::other(format!("no piece {piece}")))
            } else {
                Ok(())
            }
        };
        let mut written = Vec::new();
        let error = write(&mut written, 3, 1000, || (), make).unwrap_err();
        assert_eq!(error.to_string(), "no piece 700");
        assert!(String::from_utf8(written).unwrap().ends_with("piece 699\n"));
    }

    #[test]
    fn an_output_that_takes_nothing_ends_it() {
        struct Full(usize);
        impl io::Write for Full {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0 = self.0.checked_sub(1).ok_or(io::ErrorKind::StorageFull)?;
                Ok(bytes.len())
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let make = |(): &mut (), piece: usize, buffer: &mut Vec<u8>| {
            fill(buffer, piece);
            Ok(())
        };
        let error = write(&mut Full(5), 2, 1_000_000, || (), make).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }
}
