//! Work split among threads, with results that do not show how it was split.

use std::sync::{Mutex, PoisonError};
use std::thread;

/// What `work` makes of each item, in the order of the items. At most `threads` work at once, this one included.
pub fn map<Item: Send, Made: Send>(
    threads: usize,
    items: Vec<Item>,
    work: impl Fn(Item) -> Made + Sync,
) -> Vec<Made> {
    let mut made: Vec<Option<Made>> = items.iter().map(|_| None).collect();
    let queue = Mutex::new(items.into_iter().zip(&mut made));
    let worker = || {
        // The lock is given back before the work begins.
        let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
        while let Some((item, place)) = next() {
            *place = Some(work(item));
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(worker);
        }
        worker();
    });
    drop(queue);
    made.into_iter().map(|made| made.expect("every item was taken by a worker")).collect()
}

#[cfg(test)]
mod tests {
    use super::map;

    #[test]
    fn the_order_stays_whatever_the_threads() {
        let expected: Vec<u64> = (0..1000).map(|number| number * number).collect();
        for threads in [0, 1, 2, 7] {
            assert_eq!(map(threads, (0..1000_u64).collect(), |number| number * number), expected);
        }
        assert!(map(2, Vec::<u8>::new(), |item| item).is_empty());
    }
}
