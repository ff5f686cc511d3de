//! Who might know whom.

use std::collections::BTreeMap;

use super::Graph;

/// A node that is near another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    /// The node.
    pub node: u32,
    /// Neighbours that both have.
    pub common_neighbours: u64,
    /// Their nearness by [`adamic_adar`].
    pub adamic_adar: f64,
}

/// How many neighbours two nodes share.
///
/// # Panics
/// When there is no such node.
pub fn common_neighbours(graph: &Graph, one: u32, other: u32) -> u64 {
    shared(graph, one, other).count() as u64
}

/// Nearness by shared neighbours, of which those with few neighbours count more: `Σ 1 / ln deg(z)` over the
/// shared neighbours `z`.
///
/// At least 0. Source: Adamic & Adar (2003), Friends and neighbors on the web. A shared neighbour has at least
/// the two nodes as neighbours, so its logarithm is above 0; a node itself as `other` is refused by giving 0.
///
/// # Panics
/// When there is no such node.
pub fn adamic_adar(graph: &Graph, one: u32, other: u32) -> f64 {
    if one == other {
        return 0.0;
    }
    shared(graph, one, other).map(|node| weight(graph, node)).sum()
}

/// The nodes nearest to one that it has no edge with, by Adamic-Adar, then shared neighbours, then number: at most
/// `limit`. Nodes that share no neighbour with it are not near.
///
/// # Panics
/// When there is no such node.
pub fn nearest(graph: &Graph, node: u32, limit: usize) -> Vec<Near> {
    let mut found: BTreeMap<u32, (u64, f64)> = BTreeMap::new();
    for &between in graph.neighbours(node) {
        for &candidate in graph.neighbours(between) {
            if candidate != node && !graph.has_edge(node, candidate) {
                let (count, sum) = found.entry(candidate).or_default();
                *count += 1;
                *sum += weight(graph, between);
            }
        }
    }
    let mut near: Vec<Near> = found
        .into_iter()
        .map(|(node, (common_neighbours, adamic_adar))| Near { node, common_neighbours, adamic_adar })
        .collect();
    near.sort_by(|a, b| {
        b.adamic_adar
            .total_cmp(&a.adamic_adar)
            .then(b.common_neighbours.cmp(&a.common_neighbours))
            .then(a.node.cmp(&b.node))
    });
    near.truncate(limit);
    near
}

fn weight(graph: &Graph, between: u32) -> f64 {
    1.0 / (graph.degree(between) as f64).ln()
}

/// The neighbours that both have, ascending.
fn shared(graph: &Graph, one: u32, other: u32) -> impl Iterator<Item = u32> {
    let others = graph.neighbours(other);
    graph.neighbours(one).iter().copied().filter(move |node| others.binary_search(node).is_ok())
}
