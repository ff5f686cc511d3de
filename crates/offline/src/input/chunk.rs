//! The bytes of a source that are worked on, always in the same memory.

use std::io::{self, Read};
use std::ops::Deref;

/// Some bytes; what was left of them stays in front when more are read.
pub(super) struct Chunk {
    bytes: Vec<u8>,
    /// How many of `bytes` were read and not dropped.
    held: usize,
}

impl Chunk {
    /// Room for `size` bytes, and none of them yet.
    pub(super) fn new(size: usize) -> Self {
        Self { bytes: vec![0; size], held: 0 }
    }

    /// Reads until there is no room any more; `false` when the source ends before. The source is asked for as much as
    /// there is room for, so that it need not keep bytes in a buffer of its own and copy them.
    pub(super) fn fill(&mut self, source: &mut impl Read) -> io::Result<bool> {
        while self.held < self.bytes.len() {
            match source.read(&mut self.bytes[self.held..]) {
                Ok(0) => return Ok(false),
                Ok(read) => self.held += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    /// Drops the first `count` bytes.
    pub(super) fn drop_front(&mut self, count: usize) {
        self.bytes.copy_within(count..self.held, 0);
        self.held -= count;
    }
}

impl Deref for Chunk {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[..self.held]
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Read};

    use super::Chunk;

    /// Gives two bytes at a time, and is interrupted before each.
    struct Slow(Vec<u8>, bool);

    impl Read for Slow {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let count = self.0.len().min(2).min(buffer.len());
            for (to, byte) in buffer.iter_mut().zip(self.0.drain(..count)) {
                *to = byte;
            }
            Ok(count)
        }
    }

    #[test]
    fn what_is_left_stays_in_front_of_what_is_read() {
        let mut source = Slow(b"abcdefgh".to_vec(), false);
        let mut chunk = Chunk::new(5);
        assert!(chunk.fill(&mut source).unwrap());
        assert_eq!(&*chunk, b"abcde");
        chunk.drop_front(4);
        assert_eq!(&*chunk, b"e");
        assert!(!chunk.fill(&mut source).unwrap(), "three more bytes are not four");
        assert_eq!(&*chunk, b"efgh");
        chunk.drop_front(4);
        assert!(chunk.is_empty());
    }
}
