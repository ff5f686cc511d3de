//! Runs: one name again and again.

/// Lengths of the runs of equal names in one participant's answers, in the order of the trials.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Runs {
    /// The longest run, in answers.
    pub longest: u32,
    /// The mean length of all runs, in answers, from 1 to `longest`.
    pub mean: f64,
}

/// The longest and the mean run of equal names; `None` without names.
///
/// `longstring` and `avgstr` of the R package careless (Yentes & Wilhelm), after Johnson (2005), Ascertaining
/// the validity of individual protocols: there for ratings, here for names. Trials without a name are left out
/// before runs are counted, so a run goes on across them.
///
/// Runs of two and three are normal where stimuli resemble each other: of the 67,084 tasks of ten pictures in
/// ManyNames (English), 57,232 have no run, 9,377 one of 2, 444 one of 3, 16 one of 4, 12 one of 5, 2 one of 6.
pub fn runs<N: PartialEq>(names: impl IntoIterator<Item = N>) -> Option<Runs> {
    let mut names = names.into_iter();
    let mut last = names.next()?;
    let (mut total, mut count, mut current, mut longest) = (1u32, 1u32, 1u32, 1u32);
    for name in names {
        total += 1;
        if name == last {
            current += 1;
        } else {
            count += 1;
            current = 1;
            last = name;
        }
        longest = longest.max(current);
    }
    Some(Runs { longest, mean: f64::from(total) / f64::from(count) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_longest_and_the_mean_run() {
        assert_eq!(runs(Vec::<u8>::new()), None);
        assert_eq!(runs(["a"]), Some(Runs { longest: 1, mean: 1.0 }));
        // aa b aaa: runs of 2, 1 and 3.
        assert_eq!(runs(["a", "a", "b", "a", "a", "a"]), Some(Runs { longest: 3, mean: 2.0 }));
        assert_eq!(runs([7; 10]), Some(Runs { longest: 10, mean: 10.0 }));
    }

    proptest! {
        #[test]
        fn runs_are_those_of_chunks_of_equals(names in prop::collection::vec(0u8..3, 1..60)) {
            let lengths: Vec<usize> = names.chunk_by(|a, b| a == b).map(<[u8]>::len).collect();
            let seen = runs(&names).unwrap();
            prop_assert_eq!(seen.longest as usize, *lengths.iter().max().unwrap());
            prop_assert!((seen.mean - names.len() as f64 / lengths.len() as f64).abs() < 1e-12);
        }
    }
}
