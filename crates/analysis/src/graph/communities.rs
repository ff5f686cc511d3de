//! Which circles there are.

use super::Graph;

/// Nodes grouped into circles.
#[derive(Debug, Clone, PartialEq)]
pub struct Communities {
    /// The circle of each node; circles are numbered by their lowest node.
    pub of_node: Vec<u32>,
    /// How many circles there are.
    pub count: u32,
    /// How good the grouping is, see [`modularity`].
    pub modularity: f64,
}

/// Modularity of a grouping: `Q = Σ_c (L_c / m - (d_c / 2m)²)` with `L_c` the edges within circle `c`, `d_c` the
/// sum of its degrees and `m` all edges.
///
/// From -1/2 to below 1; 0 for a graph without edges. Source: Newman & Girvan (2004), Finding and evaluating
/// community structure in networks, eq. 5; Clauset, Newman & Moore (2004), eq. 7.
///
/// # Panics
/// When `of_node` has another length than the graph has nodes.
pub fn modularity(graph: &Graph, of_node: &[u32]) -> f64 {
    assert_eq!(of_node.len(), graph.nodes() as usize, "each node has a circle");
    let edges = graph.edges();
    if edges == 0 {
        return 0.0;
    }
    let circles = of_node.iter().max().map_or(0, |last| *last as usize + 1);
    let (mut within, mut degrees) = (vec![0u64; circles], vec![0u64; circles]);
    for node in 0..graph.nodes() {
        let circle = of_node[node as usize];
        degrees[circle as usize] += graph.degree(node) as u64;
        // Each edge within is met from both ends.
        let inside = graph.neighbours(node).iter().filter(|other| of_node[**other as usize] == circle);
        within[circle as usize] += inside.count() as u64;
    }
    let ends = 2.0 * edges as f64;
    within
        .iter()
        .zip(&degrees)
        .map(|(within, degrees)| *within as f64 / ends - (*degrees as f64 / ends).powi(2))
        .sum()
}

/// Circles by joining greedily whatever raises modularity most, until nothing does.
///
/// Source: Clauset, Newman & Moore (2004), Finding community structure in very large networks. Equal gains are
/// decided by the lowest numbers, so nothing is random. Takes time with the square of the circles that are left in
/// each step, which is fine for some thousands of nodes. Nodes without edges stay circles of their own.
pub fn communities(graph: &Graph) -> Communities {
    let edges = graph.edges() as f64;
    let mut circles: Vec<Circle> = (0..graph.nodes())
        .map(|node| Circle {
            nodes: vec![node],
            degree: graph.degree(node) as u64,
            links: graph.neighbours(node).iter().map(|other| (*other, 1)).collect(),
        })
        .collect();
    let mut alive: Vec<u32> = (0..graph.nodes()).collect();
    while let Some((one, other)) = best_pair(&circles, &alive, edges) {
        join(&mut circles, one, other);
        alive.retain(|circle| *circle != other);
    }
    let mut of_node = vec![0; graph.nodes() as usize];
    let mut members: Vec<Vec<u32>> =
        alive.iter().map(|circle| std::mem::take(&mut circles[*circle as usize].nodes)).collect();
    for nodes in &mut members {
        nodes.sort_unstable();
    }
    members.sort_unstable();
    for (circle, nodes) in (0..).zip(&members) {
        for node in nodes {
            of_node[*node as usize] = circle;
        }
    }
    let modularity = modularity(graph, &of_node);
    Communities { of_node, count: members.len() as u32, modularity }
}

struct Circle {
    nodes: Vec<u32>,
    /// Sum of the degrees.
    degree: u64,
    /// Other circles with the edges between, ascending.
    links: std::collections::BTreeMap<u32, u64>,
}

/// The two linked circles that gain most by being joined, if they gain anything:
/// `ΔQ = L_ij / m - 2 d_i d_j / (2m)²`.
fn best_pair(circles: &[Circle], alive: &[u32], edges: f64) -> Option<(u32, u32)> {
    let mut best = None;
    let mut most = 0.0;
    for &one in alive {
        let circle = &circles[one as usize];
        for (&other, &between) in circle.links.range(one + 1..) {
            let degrees = circle.degree as f64 * circles[other as usize].degree as f64;
            let gain = between as f64 / edges - degrees / (2.0 * edges * edges);
            if gain > most {
                most = gain;
                best = Some((one, other));
            }
        }
    }
    best
}

/// Takes `other` into `one`.
fn join(circles: &mut [Circle], one: u32, other: u32) {
    let taken = std::mem::replace(
        &mut circles[other as usize],
        Circle { nodes: Vec::new(), degree: 0, links: std::collections::BTreeMap::new() },
    );
    for (&linked, &between) in &taken.links {
        circles[linked as usize].links.remove(&other);
        if linked != one {
            *circles[linked as usize].links.entry(one).or_default() += between;
            *circles[one as usize].links.entry(linked).or_default() += between;
        }
    }
    circles[one as usize].degree += taken.degree;
    circles[one as usize].nodes.extend(taken.nodes);
}
