use nameit_domain::StimulusKind;
use nameit_domain::colour::Srgb;

use super::*;

fn colour(key: &str) -> Stimulus {
    let kind = StimulusKind::Colour(Srgb { red: 1, green: 2, blue: 3 });
    Stimulus { key: StimulusKey::parse(key).unwrap(), ordinal: 0, question: None, kind }
}

/// The pages that come of putting these keys into a new experiment.
fn pages(keys: impl Iterator<Item = String>) -> Vec<Page> {
    let mut edit = Edit::new(&[], 0, Vec::new());
    for key in keys {
        edit.put(&mut colour(&key));
    }
    edit.finish().new
}

fn ids(pages: &[Page]) -> Vec<ObjectId> {
    pages.iter().map(|page| page.id).collect()
}

fn keys(page: &Page) -> Vec<(&str, u32)> {
    page.stimuli.iter().map(|stimulus| (stimulus.key.as_str(), stimulus.ordinal)).collect()
}

#[test]
fn pages_are_filled_one_after_the_other() {
    let made = pages((0..300).map(|number| format!("c{number}")));
    assert_eq!(made.iter().map(|page| page.stimuli.len()).collect::<Vec<_>>(), [128, 128, 44]);
    let ordinals: Vec<u32> = made.iter().flat_map(|page| &page.stimuli).map(|one| one.ordinal).collect();
    assert_eq!(ordinals, (0..300).collect::<Vec<_>>());
}

#[test]
fn only_pages_that_change_are_replaced() {
    let made = pages((0..300).map(|number| format!("c{number}")));
    let list = ids(&made);
    // What a store reads for these two: the page of `c130`, and the last one.
    let mut edit = Edit::new(&list, 300, made[1..].to_vec());
    let (mut known, mut new) = (colour("c130"), colour("new"));
    edit.put(&mut known);
    edit.put(&mut new);
    assert_eq!((known.ordinal, new.ordinal), (130, 300));
    let change = edit.finish();
    assert_eq!(change.list[0], list[0]);
    assert_eq!(change.replaced, list[1..]);
    assert_eq!(ids(&change.new), change.list[1..]);
    assert_eq!(change.count, 301);
}

#[test]
fn a_change_of_nothing_replaces_nothing() {
    let made = pages((0..130).map(|number| format!("c{number}")));
    let change = Edit::new(&ids(&made), 130, made.clone()).close_gaps();
    assert_eq!((change.list, change.new, change.replaced), (ids(&made), vec![], vec![]));
}

#[test]
fn a_page_without_stimuli_leaves_the_list() {
    let made = pages((0..129).map(|number| format!("c{number}")));
    let list = ids(&made);
    let last = StimulusKey::parse("c128").unwrap();
    let change = Edit::new(&list, 129, made[1..].to_vec()).remove(&last).expect("it is there");
    assert_eq!((change.list, change.replaced, change.count), (vec![list[0]], vec![list[1]], 128));
    assert!(
        Edit::new(&list, 129, made[..1].to_vec()).remove(&last).is_none(),
        "no page that was read has it"
    );
}

#[test]
fn gaps_are_closed_across_pages() {
    let made = pages((0..130).map(|number| format!("c{number}")));
    let first = StimulusKey::parse("c0").unwrap();
    let change = Edit::new(&ids(&made), 130, made[..1].to_vec()).remove(&first).expect("it is there");
    let mut now = change.new;
    now.push(made[1].clone());
    let closed = Edit::new(&ids(&now), 129, now.clone()).close_gaps();
    assert_eq!(keys(&closed.new[0])[..2], [("c1", 0), ("c2", 1)]);
    assert_eq!(keys(&closed.new[1]), [("c128", 127), ("c129", 128)]);
}
