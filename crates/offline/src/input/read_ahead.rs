//! Reads in a thread of its own, so that unpacking and counting run at the same time.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

const BLOCK_BYTES: u64 = 128 * 1024;

/// So many blocks wait at most; the thread rests when they are not taken.
const BLOCKS_AHEAD: usize = 4;

/// The same bytes as `source`, read ahead.
pub(super) struct ReadAhead {
    blocks: Receiver<io::Result<Vec<u8>>>,
    block: io::Cursor<Vec<u8>>,
}

impl ReadAhead {
    /// Starts the thread. It ends with the source, at an error, or when this reader is dropped.
    pub(super) fn new(mut source: impl Read + Send + 'static) -> Self {
        let (sender, blocks) = sync_channel(BLOCKS_AHEAD);
        thread::spawn(move || {
            loop {
                let mut block = Vec::with_capacity(BLOCK_BYTES as usize);
                let read = source.by_ref().take(BLOCK_BYTES).read_to_end(&mut block);
                let last = read.as_ref().map_or(true, |read| *read == 0);
                // What was read before an error is handed on first, so that the error stands where it is.
                if !block.is_empty() && sender.send(Ok(block)).is_err() {
                    return;
                }
                if let Err(error) = read {
                    // When nobody listens any more, nobody misses the error.
                    let _ = sender.send(Err(error));
                }
                if last {
                    return;
                }
            }
        });
        Self { blocks, block: io::Cursor::default() }
    }
}

impl Read for ReadAhead {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.block.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            match self.blocks.recv() {
                Ok(block) => self.block = io::Cursor::new(block?),
                Err(_) => return Ok(0),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Read as _};

    use super::ReadAhead;

    struct Broken;
    impl io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("broken"))
        }
    }

    /// Tells by its sender when it is dropped.
    struct Endless(
        #[expect(dead_code, reason = "its end is what the test waits for")] std::sync::mpsc::Sender<()>,
    );
    impl io::Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            buffer.fill(b'x');
            Ok(buffer.len())
        }
    }

    #[test]
    fn the_same_bytes_come_out_and_an_error_stands_behind_them() {
        let bytes: Vec<u8> = (0..1_000_003u32).map(|index| (index % 251) as u8).collect();
        let mut read = Vec::new();
        ReadAhead::new(io::Cursor::new(bytes.clone())).read_to_end(&mut read).unwrap();
        assert!(read == bytes);

        let mut read = Vec::new();
        let error = ReadAhead::new(io::Cursor::new(bytes.clone()).chain(Broken)).read_to_end(&mut read);
        assert_eq!(error.unwrap_err().to_string(), "broken");
        assert!(read == bytes);
    }

    #[test]
    fn a_reader_that_is_dropped_early_ends_its_thread() {
        let (sender, ended) = std::sync::mpsc::channel();
        let mut reader = ReadAhead::new(Endless(sender));
        reader.read_exact(&mut [0; 10]).unwrap();
        drop(reader);
        assert!(ended.recv().is_err(), "the source is dropped with the thread");
    }
}
